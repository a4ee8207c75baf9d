package dev.ssoportal.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEEncrypter;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDHEncrypter;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Client;
import dev.ssoportal.directory.Encryption;
import dev.ssoportal.token.OAuthError;
import java.util.Optional;

/** Encrypts what we have signed to a key of the client: a JWT in a JWT (RFC 7519, 5.2). */
public final class ClientEncryption {
    private final ClientKeySets keys;

    public ClientEncryption(ClientKeySets keys) {
        this.keys = keys;
    }

    /**
     * @param how absent means not at all
     * @throws OAuthError when the client has no key for it
     */
    String encrypt(Client client, Optional<Encryption> how, String jwt) {
        return how.isEmpty() ? jwt : encrypt(client, how.get(), jwt);
    }

    /** Sees to it that there is a key, before something is used up that would be lost without. */
    void requireKey(Client client, Optional<Encryption> how) {
        how.ifPresent(needed -> key(client, needed));
    }

    private JWK key(Client client, Encryption how) {
        return keys.of(client).stream()
                .filter(candidate -> candidate.getKeyUse() == null || KeyUse.ENCRYPTION.equals(candidate.getKeyUse()))
                .filter(candidate ->
                        candidate.getAlgorithm() == null || how.algorithm().equals(candidate.getAlgorithm()))
                .filter(candidate -> RSAEncrypter.SUPPORTED_ALGORITHMS.contains(how.algorithm())
                        ? candidate instanceof RSAKey
                        : candidate instanceof ECKey)
                .findFirst()
                .orElseThrow(() -> new OAuthError(
                        OAuth2Error.INVALID_REQUEST.setDescription("The client has no key to encrypt to"),
                        client.id() + " has no key for " + how.algorithm()));
    }

    private String encrypt(Client client, Encryption how, String jwt) {
        JWK key = key(client, how);
        try {
            JWEObject encrypted = new JWEObject(
                    new JWEHeader.Builder(how.algorithm(), how.encoding())
                            .keyID(key.getKeyID())
                            .contentType("JWT")
                            .build(),
                    new Payload(jwt));
            JWEEncrypter encrypter = key instanceof RSAKey rsa ? new RSAEncrypter(rsa) : new ECDHEncrypter((ECKey) key);
            encrypted.encrypt(encrypter);
            return encrypted.serialize();
        } catch (JOSEException e) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST, "cannot encrypt to a key of " + client.id(), e);
        }
    }
}
