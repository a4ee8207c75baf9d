package dev.ssoportal.login;

import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.util.Optional;

/** {@code GET /login/finish}: the browser that began the attempt takes what its provider has proven, once, and gets a session. */
public final class FinishEndpoint implements Endpoint {
    private final LoginAttempts attempts;
    private final IdentityProviders providers;
    private final SignIn signIn;
    private final Sessions sessions;
    private final Csrf csrf;

    public FinishEndpoint(
            LoginAttempts attempts, IdentityProviders providers, SignIn signIn, Sessions sessions, Csrf csrf) {
        this.attempts = attempts;
        this.providers = providers;
        this.signIn = signIn;
        this.sessions = sessions;
        this.csrf = csrf;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        String proof = exchange.query().single("proof").orElse("");
        Optional<LoginAttempt> found = attempts.takeProven(proof);
        if (found.isEmpty()) {
            return resume(
                    sessions.current(exchange),
                    attempts.rememberedOfProof(proof).orElse(SignInRequest.HOME));
        }
        LoginAttempt attempt = found.get();
        String browserSecret = csrf.browserSecret(exchange).orElse("");
        if (!SecretHash.matches(browserSecret, attempt.browserHash())) {
            throw new PageError(403, "error.attempt-foreign", "the attempt began in another browser");
        }
        boolean link = providers.require(attempt.provider()).provider().linkByVerifiedEmail();
        return signIn.complete(
                exchange,
                attempt.identity().orElseThrow(),
                link,
                attempt.asked().remember(),
                attempt.createdAt(),
                attempt.asked().returnsTo());
    }

    /** The back button, a reload, or a page left open: whoever is signed in goes on, whoever is not begins again, with the same request. */
    static Reply resume(Optional<SsoSession> session, SignInRequest asked) {
        return session.isPresent() ? Reply.seeOther(asked.returnsTo()) : Reply.seeOther("/login" + asked.query());
    }
}
