package dev.ssoportal.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SigningKeys;
import java.text.ParseException;
import java.util.Optional;

/** Reads an {@code id_token_hint}: an ID token of ours, which may have expired. It says who was signed in, not who may come in. */
public final class IdTokenHints {
    private final String issuer;
    private final SigningKeys keys;

    public IdTokenHints(String issuer, SigningKeys keys) {
        this.issuer = issuer;
        this.keys = keys;
    }

    /** Its claims; empty when it is not an ID token that we have signed. */
    Optional<JWTClaimsSet> read(String idToken) {
        try {
            SignedJWT jwt = SignedJWT.parse(idToken);
            Optional<JWSVerifier> verifier = keys.verifier(jwt.getHeader().getKeyID())
                    .filter(candidate -> candidate
                            .supportedJWSAlgorithms()
                            .contains(jwt.getHeader().getAlgorithm()));
            boolean ours = verifier.isPresent()
                    && JOSEObjectType.JWT.equals(jwt.getHeader().getType())
                    && jwt.verify(verifier.get())
                    && issuer.equals(jwt.getJWTClaimsSet().getIssuer())
                    // An authorization response is signed with the same key and says nothing of a person; a userinfo
                    // answer has no times.
                    && jwt.getJWTClaimsSet().getSubject() != null
                    && jwt.getJWTClaimsSet().getIssueTime() != null
                    && jwt.getJWTClaimsSet().getExpirationTime() != null;
            return ours ? Optional.of(jwt.getJWTClaimsSet()) : Optional.empty();
        } catch (ParseException | JOSEException e) {
            return Optional.empty();
        }
    }
}
