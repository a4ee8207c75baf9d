package dev.ssoportal.logout;

import dev.ssoportal.session.SsoSession;
import java.util.List;
import java.util.Map;

/** A way to tell somebody of the end of a session through the person's browser. */
public interface FrontChannel {

    /**
     * Called after the session is gone.
     *
     * @param upstreamLogout what the provider wanted to be remembered for this
     * @param plan names the rest of the logout; a hop that redirects gives it back to {@code /logout/next} as {@code plan} or {@code state}
     * @return where the browser has to go, in order
     */
    List<Hop> hops(SsoSession session, Map<String, String> upstreamLogout, String plan);
}
