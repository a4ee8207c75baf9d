package dev.ssoportal.config;

import com.nimbusds.jose.JWSAlgorithm;

/** What the portal can sign with, as the configuration writes it. */
public enum SigningAlgorithm {
    RS256,
    PS256,
    ES256,
    EDDSA;

    /** As it stands in the header of a JWT. */
    public JWSAlgorithm jws() {
        return this == EDDSA ? JWSAlgorithm.EdDSA : JWSAlgorithm.parse(name());
    }
}
