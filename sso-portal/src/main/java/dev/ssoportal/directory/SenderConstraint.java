package dev.ssoportal.directory;

/** What an access token has to be bound to, so that whoever steals it cannot use it (RFC 9700, 2.2.1). */
public enum SenderConstraint {
    /** Nothing is demanded; a client that sends a proof gets a bound token all the same. */
    NONE,
    /** A key, by DPoP (RFC 9449). */
    DPOP
}
