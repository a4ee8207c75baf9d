package dev.ssoportal.http;

import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The headers that tell a browser what our pages never do. */
final class SecurityHeaders {
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:;"
                    + " font-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    private final boolean https;

    SecurityHeaders(boolean https) {
        this.https = https;
    }

    /** For every answer. */
    void write(HttpServletResponse response) {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        if (https) {
            response.setHeader("Strict-Transport-Security", "max-age=31536000");
        }
    }

    /** For pages. */
    void writeForPage(HttpServletResponse response, boolean formLeadsAway, List<String> framed) {
        response.setHeader(
                "Content-Security-Policy",
                POLICY
                        + (formLeadsAway ? "" : "; form-action 'self'")
                        + (framed.isEmpty() ? "" : "; frame-src " + String.join(" ", origins(framed))));
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    }

    private static Set<String> origins(List<String> urls) {
        return urls.stream()
                .map(URI::create)
                .map(url -> url.getScheme() + "://" + url.getRawAuthority())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
