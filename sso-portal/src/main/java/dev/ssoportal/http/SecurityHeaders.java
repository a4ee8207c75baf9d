package dev.ssoportal.http;

import jakarta.servlet.http.HttpServletResponse;

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
    void writeForPage(HttpServletResponse response, boolean formLeadsAway) {
        response.setHeader("Content-Security-Policy", formLeadsAway ? POLICY : POLICY + "; form-action 'self'");
        response.setHeader("X-Frame-Options", "DENY");
        response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
        response.setHeader("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
    }
}
