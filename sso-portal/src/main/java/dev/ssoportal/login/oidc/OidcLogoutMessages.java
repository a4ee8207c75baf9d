package dev.ssoportal.login.oidc;

import com.nimbusds.jose.proc.BadJOSEException;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.logout.SessionEnder;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logout messages of upstream OpenID providers: logout tokens by POST (OpenID Connect Back-Channel Logout 1.0, section 2.5) and, where
 * configured, {@code iss} and {@code sid} by GET in a frame (Front-Channel Logout 1.0, section 2).
 */
public final class OidcLogoutMessages {
    private static final Logger LOG = LoggerFactory.getLogger(OidcLogoutMessages.class);
    private static final Duration SKEW = Duration.ofMinutes(2);

    /** Longer than ending sessions takes; whoever dies in the middle leaves the token to the next try. */
    private static final Duration IN_HAND = Duration.ofSeconds(30);

    private final Sessions sessions;
    private final Supplier<SessionEnder> sessionEnder;
    private final ExpiringMap<Seen> seen;
    private final Clock clock;

    record Seen(boolean done, Instant expiresAt) implements Expiring {}

    /** @param sessionEnder asked for late, since it tells the providers of logouts in turn */
    public OidcLogoutMessages(Sessions sessions, Supplier<SessionEnder> sessionEnder, Cluster cluster, Clock clock) {
        this.sessions = sessions;
        this.sessionEnder = sessionEnder;
        this.seen = cluster.map("logout-tokens-seen", Seen.class, Cluster.Durability.TRANSIENT);
        this.clock = clock;
    }

    /** @return 200 when the sessions are gone, 400 when the token proves nothing (section 2.8) */
    Reply backChannel(WebExchange exchange, IdentityProvider provider, LogoutTokenCheck check) {
        String token = exchange.form()
                .single("logout_token")
                .orElseThrow(() -> new PageError(400, "error.bad-request", "no logout_token"));
        try {
            LogoutTokenCheck.Logout logout = check.check(token);
            return once(provider, logout);
        } catch (BadJOSEException e) {
            return refused(provider, e.getMessage());
        }
    }

    /** Of all who send one token, one ends the sessions. It counts as seen when that is done; until then others have to come back. */
    private Reply once(IdentityProvider provider, LogoutTokenCheck.Logout logout) {
        String mark = SecretHash.of(provider.id() + "\n" + logout.tokenId());
        if (!seen.putIfAbsent(mark, new Seen(false, clock.instant().plus(IN_HAND)))) {
            if (seen.get(mark).map(Seen::done).orElse(false)) {
                return refused(provider, "its jti has been seen before");
            }
            throw new UncheckedIOException("busy", new IOException("the same logout token is in hand already"));
        }
        try {
            logout.sessionId().ifPresent(id -> sessions.upstreamEnded(provider.id(), id));
            end(concerned(provider, logout));
        } catch (RuntimeException e) {
            // Not done, so not seen: the provider shall be able to send it again.
            seen.take(mark);
            throw e;
        }
        Instant forgotten = later(logout.expiresAt(), clock.instant()).plus(SKEW);
        seen.put(mark, new Seen(true, forgotten));
        return Reply.empty(200).header("Cache-Control", "no-store");
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Reply refused(IdentityProvider provider, String reason) {
        LOG.info("logout token of {} refused: {}", provider.id(), reason);
        return Reply.json(
                400, "{\"error\":\"invalid_request\",\"error_description\":\"the logout token is not acceptable\"}");
    }

    /** By session if it names one; a session of which the provider never told its own id is found by the person. */
    private Stream<Sessions.Known> concerned(IdentityProvider provider, LogoutTokenCheck.Logout logout) {
        List<Sessions.Known> ofPerson = logout.subject()
                .map(subject -> sessions.findByUpstreamName(provider.id(), subject))
                .orElse(List.of());
        if (logout.sessionId().isEmpty()) {
            return ofPerson.stream();
        }
        Stream<Sessions.Known> named = sessions
                .findByUpstreamSession(provider.id(), logout.sessionId().get())
                .stream()
                .filter(known -> logout.subject().isEmpty() || contains(ofPerson, known));
        Stream<Sessions.Known> nameless =
                ofPerson.stream().filter(known -> known.link().upstreamSession().isEmpty());
        return Stream.concat(named, nameless);
    }

    private static boolean contains(List<Sessions.Known> some, Sessions.Known one) {
        return some.stream()
                .anyMatch(known -> known.session().id().equals(one.session().id()));
    }

    private void end(Stream<Sessions.Known> concerned) {
        concerned.forEach(known -> sessionEnder.get().end(known.session().id(), SessionEnder.Cause.UPSTREAM));
    }

    /** Ends the sessions of one session at the provider. The answer is a blank page that the provider may frame. */
    Reply frontChannel(WebExchange exchange, IdentityProvider provider, String issuer) {
        Optional<String> sessionId = exchange.query().single("sid");
        boolean ofProvider =
                exchange.query().single("iss").filter(issuer::equals).isPresent();
        if (sessionId.isEmpty() || !ofProvider) {
            throw new PageError(400, "error.bad-request", "front-channel logout without the provider's iss and a sid");
        }
        sessions.upstreamEnded(provider.id(), sessionId.get());
        end(sessions.findByUpstreamSession(provider.id(), sessionId.get()).stream());
        return Reply.bytes(200, "text/html; charset=utf-8", "<!DOCTYPE html>".getBytes(StandardCharsets.UTF_8))
                .header("Cache-Control", "no-store");
    }
}
