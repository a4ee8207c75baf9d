package dev.ssoportal.directory;

import java.util.Optional;

/** A set of rules for a kind of app, so that an operator need not know all of them. */
public enum Profile {
    /** A web app with a server: authenticates, PKCE recommended. */
    STANDARD,
    /** FAPI 2.0 Security Profile: pushed requests, PKCE, keys instead of secrets, bound tokens. */
    FAPI2,
    /** An app on a device (RFC 8252): no secret, PKCE, loopback redirects at any port, redirects to a scheme of its own. */
    NATIVE,
    /** An app in a browser: no secret, PKCE, calls from its own origins. */
    SPA,
    /** An app that cannot be changed: its secret by header or by form, whichever it sends. */
    LEGACY;

    Client.Authentication authentication() {
        return switch (this) {
            case STANDARD, LEGACY -> Client.Authentication.CLIENT_SECRET_BASIC;
            case FAPI2 -> Client.Authentication.PRIVATE_KEY_JWT;
            case NATIVE, SPA -> Client.Authentication.NONE;
        };
    }

    SenderConstraint senderConstraint() {
        return this == FAPI2 ? SenderConstraint.DPOP : SenderConstraint.NONE;
    }

    boolean requiresPkce(Client.Authentication authentication) {
        return authentication == Client.Authentication.NONE || this == FAPI2;
    }

    boolean requiresPushedRequest() {
        return this == FAPI2;
    }

    Optional<Credentials.Fault> findFault(Credentials credentials) {
        boolean isPublic = credentials.authentication() == Client.Authentication.NONE;
        return switch (this) {
            case FAPI2 -> {
                if (isPublic || credentials.hasSecret()) {
                    yield Optional.of(new Credentials.Fault(
                            "authentication",
                            "must be private-key-jwt, tls-client-auth or self-signed-tls-client-auth with fapi2"));
                }
                yield credentials.senderConstraint() == SenderConstraint.NONE
                        ? Optional.of(new Credentials.Fault(
                                "sender-constraint", "must be dpop, certificate or either with fapi2"))
                        : Optional.empty();
            }
            case NATIVE, SPA ->
                isPublic
                        ? Optional.empty()
                        : Optional.of(new Credentials.Fault(
                                "authentication", "must be none: what is on people's machines keeps no secret"));
            case STANDARD, LEGACY -> Optional.empty();
        };
    }
}
