package dev.ssoportal.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.pac4j.core.config.Config;
import org.pac4j.core.http.callback.NoParameterCallbackUrlResolver;
import org.pac4j.core.profile.ProfileManager;
import org.pac4j.jee.context.JEEContext;
import org.pac4j.jee.context.session.JEESessionStore;
import org.pac4j.jee.filter.CallbackFilter;
import org.pac4j.jee.filter.LogoutFilter;
import org.pac4j.jee.filter.SecurityFilter;
import org.pac4j.oidc.client.OidcClient;
import org.pac4j.oidc.config.OidcConfiguration;
import org.pac4j.oidc.profile.OidcProfile;

/**
 * An app as any team would write it: pac4j's filters sign people in through the portal; the pages show who they are and call the orders API
 * with their access token.
 */
final class DemoApp extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String OUTCOME = "outcome";

    private final String ordersUrl;
    private final transient BatchJob api;

    private DemoApp(String ordersUrl) {
        this.ordersUrl = ordersUrl;
        this.api = new BatchJob("", "", "");
    }

    static WebServer start(
            int port, String appUrl, String portal, String clientId, String clientSecret, String ordersUrl) {
        OidcConfiguration oidc = new OidcConfiguration();
        oidc.setDiscoveryURI(portal + "/.well-known/openid-configuration");
        oidc.setClientId(clientId);
        oidc.setSecret(clientSecret);
        oidc.setScope("openid profile email groups orders");
        oidc.setUseNonce(true);
        oidc.setPkceMethod(CodeChallengeMethod.S256);
        OidcClient client = new OidcClient(oidc);
        client.setName("portal");
        client.setCallbackUrlResolver(new NoParameterCallbackUrlResolver());
        Config config = new Config(appUrl + "/callback", client);
        LogoutFilter logout = new LogoutFilter(config, appUrl + "/signed-out");
        logout.setCentralLogout(true);
        logout.setDestroySession(true);
        return new WebServer(port, true)
                .filter(new CallbackFilter(config, "/"), "/callback")
                .filter(new SecurityFilter(config, "portal", "isAuthenticated"), "/")
                .filter(new SecurityFilter(config, "portal", "isAuthenticated"), "/orders")
                .filter(logout, "/logout")
                .servlet(new DemoApp(ordersUrl), "/*")
                .start();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (request.getPathInfo() == null ? "/" : request.getPathInfo()) {
            case "/" -> person(request, response, takeOutcome(request));
            case "/signed-out" ->
                page(
                        response,
                        "Signed out",
                        "<section><p id=\"signed-out\">You are signed out.</p><a href=\"/\">Sign in again</a></section>");
            case "/app.css" -> stylesheet(response);
            default -> response.sendError(404);
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!"/orders".equals(request.getPathInfo())) {
            response.sendError(404);
            return;
        }
        HttpResponse<String> answer = call(() -> api.order(
                ordersUrl,
                profile(request, response).getAccessToken().getValue(),
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
        OidcProfile profile = profile(request, response);
        HttpResponse<String> orders =
                call(() -> api.read(ordersUrl, profile.getAccessToken().getValue()));
        page(response, "Orders", """
                <section><h2>Who you are</h2><dl>
                <dt>Name</dt><dd id="name">%s</dd><dt>User name</dt><dd id="username">%s</dd><dt>E-mail</dt><dd>%s</dd>
                <dt>Roles</dt><dd id="roles">%s</dd></dl></section>
                <section><h2>Orders</h2><ul id="orders">%s</ul><p class="outcome" id="outcome" role="status">%s</p>
                <form method="post" action="/orders"><input name="item" aria-label="Item" value="2 jet-propelled skates">
                <button type="submit" id="place-order">Place order</button></form></section>
                """.formatted(
                        escape(profile.getDisplayName()),
                        escape(profile.getUsername()),
                        escape(profile.getEmail()),
                        escape(String.join(", ", roles(profile))),
                        orderList(orders),
                        escape(outcome)));
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
                    .map(order -> "<li>" + escape(order) + "</li>")
                    .collect(Collectors.joining());
        } catch (ParseException e) {
            return "<li>The orders API answered " + answer.statusCode() + ".</li>";
        }
    }

    private static OidcProfile profile(HttpServletRequest request, HttpServletResponse response) {
        return new ProfileManager(new JEEContext(request, response), new JEESessionStore())
                .getProfile(OidcProfile.class)
                .orElseThrow();
    }

    private interface Call {
        HttpResponse<String> send() throws IOException, InterruptedException;
    }

    private static HttpResponse<String> call(Call call) throws IOException {
        try {
            return call.send();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    private static void stylesheet(HttpServletResponse response) throws IOException {
        response.setContentType("text/css");
        try (InputStream css = DemoApp.class.getResourceAsStream("/demo/app/app.css")) {
            css.transferTo(response.getOutputStream());
        }
    }

    private static void page(HttpServletResponse response, String title, String body) throws IOException {
        response.setContentType("text/html;charset=utf-8");
        response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'");
        response.getOutputStream().write("""
                <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%1$s</title><link rel="stylesheet" href="/app.css"></head>
                <body><header><h1>%1$s</h1><a id="sign-out" href="/logout">Sign out</a></header><main>%2$s</main></body></html>
                """.formatted(title, body).getBytes(StandardCharsets.UTF_8));
    }

    private static String escape(String text) {
        return text == null
                ? ""
                : text.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;");
    }
}
