package dev.ssoportal.token;

import java.util.Map;
import java.util.Optional;

/**
 * What a token is bound to, as its {@code cnf} says (RFC 7800, 3.1).
 *
 * @param thumbprint SHA-256, in base64url without padding
 */
public record Confirmation(Method method, String thumbprint) {

    /** How possession is proven. */
    public enum Method {
        /** Of a key, by DPoP (RFC 9449, 6.1). */
        DPOP("jkt"),
        /** Of a certificate, by TLS (RFC 8705, 3.1). */
        CERTIFICATE("x5t#S256");

        private final String member;

        Method(String member) {
            this.member = member;
        }
    }

    public static Confirmation key(String thumbprint) {
        return new Confirmation(Method.DPOP, thumbprint);
    }

    public static Confirmation certificate(String thumbprint) {
        return new Confirmation(Method.CERTIFICATE, thumbprint);
    }

    public boolean isKey() {
        return method == Method.DPOP;
    }

    /** The value of {@code cnf}. */
    Map<String, Object> claim() {
        return Map.of(method.member, thumbprint);
    }

    /** @throws IllegalArgumentException when it confirms something that we do not know */
    static Optional<Confirmation> of(Map<String, Object> claim) {
        if (claim == null) {
            return Optional.empty();
        }
        for (Method method : Method.values()) {
            if (claim.get(method.member) instanceof String thumbprint) {
                return Optional.of(new Confirmation(method, thumbprint));
            }
        }
        throw new IllegalArgumentException("bound to something unknown");
    }
}
