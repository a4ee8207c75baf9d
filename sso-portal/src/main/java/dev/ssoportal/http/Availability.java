package dev.ssoportal.http;

/** What a server does with requests. */
public enum Availability {
    OPEN,
    /** Still served, but on connections that are not kept: this member is about to leave. */
    LEAVING,
    /** Refused for the moment: this member does not know what is. */
    AWAY
}
