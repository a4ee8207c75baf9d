package dev.ssoportal.http;

import java.util.Optional;

/** What reading a request needs to know about this installation. */
public record RequestContext(
        String baseUrl,
        int maxRequestBytes,
        TrustedProxies trustedProxies,
        Optional<String> certificateHeader,
        Cookies cookies,
        Messages messages) {}
