package dev.ssoportal.session;

import dev.ssoportal.directory.Account;
import dev.ssoportal.store.Expiring;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A person signed in, in one browser.
 *
 * @param id the {@code sid} of tokens: published, therefore no credential
 * @param secretHash SHA-256 of the secret in the cookie
 * @param account the person as of the sign-in
 * @param provider where she signed in
 * @param authTime when she proved who she is
 * @param remembered whether she asked to stay signed in, and it outlives the browser
 * @param expiresAt the idle limit, never later than {@code endsAt}
 * @param endsAt the absolute limit
 */
public record SsoSession(
        String id,
        String secretHash,
        Account account,
        String provider,
        Instant authTime,
        Optional<String> acr,
        List<String> amr,
        boolean remembered,
        Instant createdAt,
        Instant usedAt,
        Instant expiresAt,
        Instant endsAt,
        List<Participant> participants)
        implements Expiring {

    public SsoSession {
        acr = acr == null ? Optional.empty() : acr;
        amr = amr == null ? List.of() : List.copyOf(amr);
        participants = participants == null ? List.of() : List.copyOf(participants);
    }

    SsoSession usedAt(Instant now, Duration idleTimeout) {
        Instant idleEnd = now.plus(idleTimeout);
        return with(now, idleEnd.isBefore(endsAt) ? idleEnd : endsAt, participants);
    }

    /** Whether the app takes part. */
    public boolean isJoinedBy(String clientId) {
        return participants.stream()
                .anyMatch(participant -> participant.clientId().equals(clientId));
    }

    SsoSession joinedBy(String clientId) {
        if (isJoinedBy(clientId)) {
            return this;
        }
        List<Participant> more = new ArrayList<>(participants);
        more.add(new Participant(clientId));
        return with(usedAt, expiresAt, more);
    }

    private SsoSession with(Instant newUsedAt, Instant newExpiresAt, List<Participant> newParticipants) {
        return new SsoSession(
                id,
                secretHash,
                account,
                provider,
                authTime,
                acr,
                amr,
                remembered,
                createdAt,
                newUsedAt,
                newExpiresAt,
                endsAt,
                newParticipants);
    }
}
