package dev.ssoportal.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.MalformedURLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** {@code /orders}: reading needs the role {@code orders:read}, placing an order needs {@code orders:write}. */
final class OrdersApi extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final int MAX_ITEM = 80;

    private final transient List<String> orders = new CopyOnWriteArrayList<>(List.of("3 anvils", "1 rocket sledge"));

    static WebServer start(int port, String issuer, String audience, RevokedTokens revokedTokens)
            throws MalformedURLException {
        return new WebServer(port, false)
                .filter(new BearerTokenFilter(issuer, audience, revokedTokens), "/*")
                .servlet(new OrdersApi(), "/orders")
                .start();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (BearerTokenFilter.requireRole(request, response, "orders:read")) {
            answer(response, 200, Map.of("orders", List.copyOf(orders)));
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!BearerTokenFilter.requireRole(request, response, "orders:write")) {
            return;
        }
        String item = request.getParameter("item");
        if (item == null || item.isBlank() || item.length() > MAX_ITEM) {
            answer(response, 400, Map.of("error", "item: 1 to " + MAX_ITEM + " characters"));
            return;
        }
        orders.add(item);
        answer(response, 201, Map.of("ordered", item, "by", String.valueOf(request.getAttribute("caller"))));
    }

    static void answer(HttpServletResponse response, int status, Map<String, Object> body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getWriter().write(JSONObjectUtils.toJSONString(body));
    }
}
