package dev.ssoportal.logout;

import dev.ssoportal.session.SsoSession;
import java.util.List;

/** A way to tell somebody that a session has ended. */
public interface LogoutChannel {

    /**
     * Called after the session is gone. What needs no browser is sent off the request's thread; what does is returned.
     *
     * @param plan names the rest of the logout; a hop gives it back to {@code /logout/next} as {@code plan} or {@code state}
     * @return where the browser has to go, in order
     */
    List<Hop> tell(SsoSession session, String plan);

    /** One place the browser is sent to. */
    record Hop(String url) {}
}
