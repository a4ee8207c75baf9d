package dev.ssoportal.demo;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.MalformedURLException;
import java.util.Map;

/** {@code /stock}: reading needs the role {@code inventory:read}. A token for the orders API is worth nothing here. */
final class InventoryApi extends HttpServlet {
    private static final long serialVersionUID = 1L;

    static WebServer start(int port, String issuer, String audience, RevokedTokens revokedTokens)
            throws MalformedURLException {
        return new WebServer(port, false)
                .filter(new BearerTokenFilter(issuer, audience, revokedTokens), "/*")
                .servlet(new InventoryApi(), "/stock")
                .start();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (BearerTokenFilter.requireRole(request, response, "inventory:read")) {
            OrdersApi.answer(response, 200, Map.of("anvils", 12, "rocket sledges", 2));
        }
    }
}
