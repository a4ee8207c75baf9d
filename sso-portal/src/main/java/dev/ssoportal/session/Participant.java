package dev.ssoportal.session;

/** An app that takes part in a session: it has been given tokens and wants to hear of the end. */
public record Participant(String clientId) {}
