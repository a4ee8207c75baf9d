package dev.ssoportal.launcher;

import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import java.util.Map;

/** {@code GET /signed-out}: where a logout lands when no app wants the person back. */
public final class SignedOutEndpoint implements Endpoint {
    @Override
    public Reply handle(WebExchange exchange) {
        return Reply.page("signed-out", Map.of());
    }
}
