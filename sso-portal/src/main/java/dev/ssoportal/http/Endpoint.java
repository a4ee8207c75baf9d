package dev.ssoportal.http;

/** Answers requests of one kind. */
public interface Endpoint {
    /** @throws PageError to refuse with an error page */
    Reply handle(WebExchange exchange);
}
