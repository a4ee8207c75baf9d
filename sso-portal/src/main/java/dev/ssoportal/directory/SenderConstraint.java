package dev.ssoportal.directory;

/** What an access token has to be bound to, so that whoever steals it cannot use it (RFC 9700, 2.2.1). */
public enum SenderConstraint {
    /** Nothing is demanded; a client that sends a DPoP proof gets a bound token all the same. */
    NONE,
    /** A key, by DPoP (RFC 9449). */
    DPOP,
    /** A client certificate, by TLS (RFC 8705). */
    CERTIFICATE,
    /** A key or a certificate. */
    EITHER;

    public boolean allowsKey() {
        return this != CERTIFICATE;
    }

    public boolean allowsCertificate() {
        return this == CERTIFICATE || this == EITHER;
    }
}
