package dev.ssoportal.session;

import java.time.Instant;

/** An app that takes part in a session: it has been given tokens and wants to hear of the end. */
public record Participant(String clientId, Instant joinedAt) {}
