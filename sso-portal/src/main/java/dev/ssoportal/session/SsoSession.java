package dev.ssoportal.session;

import dev.ssoportal.directory.Account;
import dev.ssoportal.store.Expiring;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A person signed in, in one browser.
 *
 * @param id the {@code sid} of tokens: published, therefore no credential
 * @param secretHash SHA-256 of the secret in the cookie
 * @param account the person as of the sign-in
 * @param provider where she signed in
 * @param upstreamSubject who she is there
 * @param upstreamSessionId the provider's session, if it told
 * @param upstreamLogout what the provider wants to hear at logout
 * @param authTime when she proved who she is
 * @param expiresAt the idle limit, never later than {@code endsAt}
 * @param endsAt the absolute limit
 */
public record SsoSession(
        String id,
        String secretHash,
        Account account,
        String provider,
        String upstreamSubject,
        Optional<String> upstreamSessionId,
        Map<String, String> upstreamLogout,
        Instant authTime,
        Optional<String> acr,
        List<String> amr,
        Instant createdAt,
        Instant usedAt,
        Instant expiresAt,
        Instant endsAt,
        List<Participant> participants)
        implements Expiring {

    public SsoSession {
        upstreamSessionId = upstreamSessionId == null ? Optional.empty() : upstreamSessionId;
        acr = acr == null ? Optional.empty() : acr;
        upstreamLogout = upstreamLogout == null ? Map.of() : Map.copyOf(upstreamLogout);
        amr = amr == null ? List.of() : List.copyOf(amr);
        participants = participants == null ? List.of() : List.copyOf(participants);
    }

    SsoSession usedAt(Instant now, Duration idleTimeout) {
        Instant idleEnd = now.plus(idleTimeout);
        return with(now, idleEnd.isBefore(endsAt) ? idleEnd : endsAt, participants);
    }

    SsoSession joinedBy(String clientId, Instant now) {
        if (participants.stream().anyMatch(participant -> participant.clientId().equals(clientId))) {
            return this;
        }
        List<Participant> more = new ArrayList<>(participants);
        more.add(new Participant(clientId, now));
        return with(usedAt, expiresAt, more);
    }

    private SsoSession with(Instant newUsedAt, Instant newExpiresAt, List<Participant> newParticipants) {
        return new SsoSession(
                id,
                secretHash,
                account,
                provider,
                upstreamSubject,
                upstreamSessionId,
                upstreamLogout,
                authTime,
                acr,
                amr,
                createdAt,
                newUsedAt,
                newExpiresAt,
                endsAt,
                newParticipants);
    }
}
