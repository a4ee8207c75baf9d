package dev.ssoportal.directory;

import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.crypto.SecretHash;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What may authenticate at the token endpoint: an app on behalf of people, or a service account for itself. */
public sealed interface Client permits App, ServiceAccount {

    /** How a client proves who it is (OpenID Connect Core, section 9). */
    enum Authentication {
        CLIENT_SECRET_BASIC,
        CLIENT_SECRET_POST,
        PRIVATE_KEY_JWT,
        NONE
    }

    String id();

    Authentication authentication();

    List<ClientSecret> secrets();

    Optional<JWKSet> keys();

    Optional<URI> jwksUri();

    /** Whether this is one of the client's secrets that has not expired; compares with all of them, each in constant time. */
    default boolean acceptsSecret(String secret, Instant now) {
        boolean accepted = false;
        for (ClientSecret candidate : secrets()) {
            accepted |= SecretHash.matches(secret, candidate.hash()) && candidate.isValid(now);
        }
        return accepted;
    }
}
