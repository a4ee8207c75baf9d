package dev.ssoportal.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.pac4j.oidc.profile.OidcProfile;

/** An app as any team would write it: its pages show who is signed in, and call the orders API with her access token. */
final class OrdersApp extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String OUTCOME = "outcome";

    private final String ordersUrl;
    private final transient BatchJob api = new BatchJob("", "", "");

    private OrdersApp(String ordersUrl) {
        this.ordersUrl = ordersUrl;
    }

    static WebServer start(int port, RelyingParty app, String ordersUrl) {
        return app.protect(port, List.of("/", "/orders"))
                .servlet(new OrdersApp(ordersUrl), "/*")
                .start();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo() == null ? "/" : request.getPathInfo();
        if (path.equals("/")) {
            person(request, response, takeOutcome(request));
        } else {
            AppPages.common(path, response);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!"/orders".equals(request.getPathInfo())) {
            response.sendError(404);
            return;
        }
        HttpResponse<String> answer = AppPages.call(() -> api.order(
                ordersUrl,
                RelyingParty.profile(request, response).getAccessToken().getValue(),
                String.valueOf(request.getParameter("item"))));
        String outcome = switch (answer.statusCode()) {
            case 201 -> "The order has been placed.";
            case 403 -> "You may not place orders: that needs the role orders:write.";
            default -> "The orders API answered " + answer.statusCode() + ".";
        };
        request.getSession().setAttribute(OUTCOME, outcome);
        response.setStatus(303);
        response.setHeader("Location", "/");
    }

    private static String takeOutcome(HttpServletRequest request) {
        Object outcome = request.getSession().getAttribute(OUTCOME);
        request.getSession().removeAttribute(OUTCOME);
        return outcome == null ? "" : outcome.toString();
    }

    private void person(HttpServletRequest request, HttpServletResponse response, String outcome) throws IOException {
        OidcProfile profile = RelyingParty.profile(request, response);
        HttpResponse<String> orders =
                AppPages.call(() -> api.read(ordersUrl, profile.getAccessToken().getValue()));
        AppPages.page(response, "Orders", """
                <section><h2>Who you are</h2><dl>
                <dt>Name</dt><dd id="name">%s</dd><dt>User name</dt><dd id="username">%s</dd><dt>E-mail</dt><dd>%s</dd>
                <dt>Roles</dt><dd id="roles">%s</dd></dl></section>
                <section><h2>Orders</h2><ul id="orders">%s</ul><p class="outcome" id="outcome" role="status">%s</p>
                <form method="post" action="/orders"><input name="item" aria-label="Item" value="2 jet-propelled skates">
                <button type="submit" id="place-order">Place order</button></form></section>
                """.formatted(
                        AppPages.escape(profile.getDisplayName()),
                        AppPages.escape(profile.getUsername()),
                        AppPages.escape(profile.getEmail()),
                        AppPages.escape(String.join(", ", roles(profile))),
                        orderList(orders),
                        AppPages.escape(outcome)));
    }

    private static List<String> roles(OidcProfile profile) {
        return profile.getAttribute("roles") instanceof Collection<?> roles
                ? roles.stream().map(String::valueOf).toList()
                : List.of();
    }

    private static String orderList(HttpResponse<String> answer) {
        try {
            List<String> orders = JSONObjectUtils.getStringList(JSONObjectUtils.parse(answer.body()), "orders");
            return orders.stream()
                    .map(order -> "<li>" + AppPages.escape(order) + "</li>")
                    .collect(Collectors.joining());
        } catch (ParseException e) {
            return "<li>The orders API answered " + answer.statusCode() + ".</li>";
        }
    }
}
