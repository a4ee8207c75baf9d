package dev.ssoportal.logout;

import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.util.Optional;

/** {@code GET /logout/next}: leads the browser on to the next place that has to hear of the logout, and at last to where it lands. */
public final class LogoutHopEndpoint implements Endpoint {
    private final SessionEnder sessionEnder;

    public LogoutHopEndpoint(SessionEnder sessionEnder) {
        this.sessionEnder = sessionEnder;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Optional<String> plan =
                exchange.query().single("plan").or(() -> exchange.query().single("state"));
        String next = plan.flatMap(sessionEnder::next).orElse("/signed-out");
        return Reply.seeOther(next);
    }
}
