package dev.ssoportal.http;

import dev.ssoportal.crypto.RandomIds;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one servlet: finds the endpoint, lets it answer, turns whatever it throws into an answer too, and writes. */
final class DispatchServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(DispatchServlet.class);
    private static final String RETRY_AFTER_SECONDS = "2";

    private final transient Routes routes;
    private final transient RequestContext context;
    private final transient Pages pages;
    private final transient Csrf csrf;
    private final transient SecurityHeaders securityHeaders;
    private final transient RandomIds random;
    private final transient Supplier<Availability> availability;

    DispatchServlet(
            Routes routes,
            RequestContext context,
            Pages pages,
            Csrf csrf,
            boolean https,
            RandomIds random,
            Supplier<Availability> availability) {
        this.routes = routes;
        this.context = context;
        this.pages = pages;
        this.csrf = csrf;
        this.securityHeaders = new SecurityHeaders(https);
        this.random = random;
        this.availability = availability;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<Routes.Match> match = routes.match(request.getMethod(), request.getRequestURI());
        WebExchange exchange =
                new WebExchange(request, match.map(Routes.Match::variables).orElse(Map.of()), context);
        boolean json = match.isPresent() && match.get().route().failures() == Routes.Failures.AS_JSON;
        Reply reply;
        try {
            requireAvailable(request);
            reply = match.isPresent() ? match.get().route().endpoint().handle(exchange) : noRoute(request);
            if ("GET".equals(request.getMethod())) {
                // What was read may be old by now, if the machine has slept in the middle.
                requireAvailable(request);
            }
        } catch (RuntimeException | LinkageError e) {
            reply = failure(request, e, json);
        }
        try {
            write(exchange, reply, response);
        } catch (RuntimeException e) {
            response.reset();
            write(exchange, failure(request, e, true), response);
        }
    }

    /** Our own stylesheets are the same whatever happens. */
    private void requireAvailable(HttpServletRequest request) {
        if (availability.get() == Availability.AWAY && !request.getRequestURI().startsWith("/assets/")) {
            throw new UncheckedIOException("no quorum", new IOException("too few members of the cluster answer"));
        }
    }

    private Reply noRoute(HttpServletRequest request) {
        Set<String> methods = routes.methods(request.getRequestURI());
        if (methods.isEmpty()) {
            throw new PageError(404, "error.not-found", "no such path");
        }
        return errorPage(405, "error.method", random.referenceCode()).header("Allow", String.join(", ", methods));
    }

    private Reply failure(HttpServletRequest request, Throwable failure, boolean json) {
        String reference = random.referenceCode();
        String where = request.getMethod() + " " + request.getRequestURI().replaceAll("\\p{Cntrl}", "?");
        if (failure instanceof PageError refused) {
            LOG.info("{} {} refused ({}): {}", reference, where, refused.status(), refused.getMessage());
            return json
                    ? jsonError(
                            refused.status(),
                            refused.status() == 503 ? "temporarily_unavailable" : "invalid_request",
                            reference)
                    : errorPage(refused.status(), refused.messageKey(), reference);
        }
        if (failure instanceof UncheckedIOException) {
            LOG.warn("{} {} answered 503: {}", reference, where, failure.toString());
            Reply reply = json
                    ? jsonError(503, "temporarily_unavailable", reference)
                    : errorPage(503, "error.unavailable", reference);
            return reply.header("Retry-After", RETRY_AFTER_SECONDS);
        }
        LOG.error("{} {} failed", reference, where, failure);
        return json ? jsonError(500, "server_error", reference) : errorPage(500, "error.internal", reference);
    }

    private static Reply jsonError(int status, String error, String reference) {
        return Reply.json(
                status, "{\"error\":\"" + error + "\",\"error_description\":\"reference " + reference + "\"}");
    }

    private static Reply errorPage(int status, String messageKey, String reference) {
        return Reply.page(status, "error", Map.of("status", status, "messageKey", messageKey, "reference", reference));
    }

    private void write(WebExchange exchange, Reply reply, HttpServletResponse response) throws IOException {
        byte[] body = reply.isPage() ? render(exchange, reply, response) : reply.body();
        response.setStatus(reply.status());
        securityHeaders.write(response);
        if (availability.get() == Availability.LEAVING) {
            response.setHeader("Connection", "close");
        }
        for (Map.Entry<String, String> header : reply.headers()) {
            response.addHeader(header.getKey(), header.getValue());
        }
        rememberLanguage(exchange, response);
        if (reply.opened().isPresent() && !"HEAD".equals(exchange.method())) {
            response.flushBuffer();
            reply.opened().get().accept(exchange.openEvents());
            return;
        }
        response.setContentLength(body.length);
        if (body.length > 0) {
            response.getOutputStream().write(body);
        }
    }

    /** Keeps the language that a request asked for, so that the pages it leads to speak it too. */
    private void rememberLanguage(WebExchange exchange, HttpServletResponse response) {
        context.messages()
                .asked(exchange.uiLocales())
                .ifPresent(locale ->
                        response.addHeader("Set-Cookie", context.cookies().set("locale", locale.toLanguageTag())));
    }

    private byte[] render(WebExchange exchange, Reply reply, HttpServletResponse response) {
        Optional<String> known = csrf.browserSecret(exchange);
        String browserSecret = known.orElseGet(csrf::newBrowserSecret);
        byte[] body = pages.render(reply.template(), reply.model(), exchange.locale(), csrf.token(browserSecret));
        if (known.isEmpty()) {
            response.addHeader("Set-Cookie", context.cookies().set(Csrf.BROWSER_COOKIE, browserSecret));
        }
        response.setContentType("text/html; charset=utf-8");
        securityHeaders.writeForPage(response, reply.isFormLeadingAway(), reply.framed());
        return body;
    }
}
