package dev.ssoportal.http;

/** What reading a request needs to know about this installation. */
public record RequestContext(
        String baseUrl, int maxRequestBytes, TrustedProxies trustedProxies, Cookies cookies, Messages messages) {}
