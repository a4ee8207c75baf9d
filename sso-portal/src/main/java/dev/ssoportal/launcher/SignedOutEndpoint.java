package dev.ssoportal.launcher;

import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.logout.LogoutNotice;
import dev.ssoportal.logout.Receipt;
import dev.ssoportal.logout.SessionEnder;
import java.util.List;
import java.util.Map;

/** {@code GET /signed-out}: where a logout lands when no app wants the person back; says who has been told and who has not. */
public final class SignedOutEndpoint implements Endpoint {
    private final SessionEnder sessionEnder;

    public SignedOutEndpoint(SessionEnder sessionEnder) {
        this.sessionEnder = sessionEnder;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        List<LogoutNotice> notices =
                exchange.query().single("receipts").map(sessionEnder::receipts).orElse(List.of());
        return Reply.page(
                "signed-out",
                Map.of(
                        "receipts",
                        notices.stream().map(Receipt::of).toList(),
                        "pending",
                        notices.stream().anyMatch(Receipt::isToBeSentAgain)));
    }
}
