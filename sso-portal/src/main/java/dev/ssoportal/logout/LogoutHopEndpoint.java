package dev.ssoportal.logout;

import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code GET /logout/next}: leads the browser on to the next place that has to hear of the logout, and at last to where it lands. */
public final class LogoutHopEndpoint implements Endpoint {
    private final SessionEnder sessionEnder;

    public LogoutHopEndpoint(SessionEnder sessionEnder) {
        this.sessionEnder = sessionEnder;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        String plan = exchange.query()
                .single("plan")
                .or(() -> exchange.query().single("state"))
                .orElse("");
        Optional<SessionEnder.Step> step = sessionEnder.next(plan);
        if (step.isPresent() && step.get() instanceof SessionEnder.Step.Frames frames) {
            return frames(frames.hops(), plan);
        }
        return Reply.seeOther(
                step.isPresent() && step.get() instanceof SessionEnder.Step.Redirect redirect
                        ? redirect.url()
                        : SessionEnder.SIGNED_OUT);
    }

    /** Each app's front-channel logout URI in a frame (OpenID Connect Front-Channel Logout 1.0, section 3). */
    private static Reply frames(List<Hop> hops, String plan) {
        List<String> urls = hops.stream().map(Hop::url).toList();
        return Reply.page("leaving", Map.of("next", "/logout/next?plan=" + Parameters.encode(plan), "frames", urls))
                .framing(urls);
    }
}
