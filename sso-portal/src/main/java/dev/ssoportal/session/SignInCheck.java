package dev.ssoportal.session;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges whether a session satisfies what a request asks for ({@code prompt}, {@code max_age} and {@code acr_values}, OpenID Connect Core, <a
 * href="https://openid.net/specs/openid-connect-core-1_0.html#AuthRequest">3.1.2.1</a>).
 */
public final class SignInCheck {
    /** What to do with the person. */
    public enum Verdict {
        GOOD,
        SIGN_IN,
        SIGN_IN_FRESH
    }

    private final Clock clock;

    public SignInCheck(Clock clock) {
        this.clock = clock;
    }

    /**
     * @param maxAge how old the authentication may be
     * @param acrValues authentication contexts one of which is needed; none means any will do
     * @param notBefore the person must have proven who she is since then: set when a fresh sign-in was demanded and is now checked
     */
    public Verdict judge(
            Optional<SsoSession> session,
            Optional<Duration> maxAge,
            List<String> acrValues,
            Optional<Instant> notBefore) {
        if (session.isEmpty()) {
            return Verdict.SIGN_IN;
        }
        Instant authTime = session.get().authTime();
        if (notBefore.isPresent() && authTime.isBefore(notBefore.get())) {
            return Verdict.SIGN_IN_FRESH;
        }
        if (maxAge.isPresent() && authTime.plus(maxAge.get()).isBefore(clock.instant())) {
            return Verdict.SIGN_IN_FRESH;
        }
        return meets(session.get(), acrValues) ? Verdict.GOOD : Verdict.SIGN_IN_FRESH;
    }

    /** Whether the session was begun in one of these authentication contexts; any will do when none is named. */
    public static boolean meets(SsoSession session, List<String> acrValues) {
        return acrValues.isEmpty() || session.acr().filter(acrValues::contains).isPresent();
    }
}
