package dev.ssoportal.http;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** One request, read. What comes from the network is bounded and decoded here, once. */
public final class WebExchange {
    private static final int MAX_DRAINED = 4 * 1024 * 1024;

    private final HttpServletRequest request;
    private final Map<String, String> pathVariables;
    private final RequestContext context;
    private Parameters query;
    private Parameters form;
    private byte[] body;

    WebExchange(HttpServletRequest request, Map<String, String> pathVariables, RequestContext context) {
        this.request = request;
        this.pathVariables = pathVariables;
        this.context = context;
    }

    public String method() {
        return request.getMethod();
    }

    public String path() {
        return request.getRequestURI();
    }

    /** The undecoded query; empty if there is none. */
    public String rawQuery() {
        String raw = request.getQueryString();
        return raw == null ? "" : raw;
    }

    /** The URL as the outside knows it, with the query: the configured base URL, whatever the Host header says. */
    public String url() {
        String raw = rawQuery();
        return context.baseUrl() + path() + (raw.isEmpty() ? "" : "?" + raw);
    }

    /** A variable of the route's path, such as {@code idp} in {@code /federation/{idp}/callback}. */
    public String pathVariable(String name) {
        return pathVariables.get(name);
    }

    public Parameters query() {
        if (query == null) {
            query = Parameters.parse(request.getQueryString());
        }
        return query;
    }

    /** The parameters of the body; none when the method is not POST or the body is not a form. */
    public Parameters form() {
        if (form == null) {
            form = Parameters.parse(isForm() ? bodyText() : "");
        }
        return form;
    }

    /** Whether the body is {@code application/x-www-form-urlencoded}. */
    public boolean isForm() {
        return "POST".equals(method())
                && header("Content-Type")
                        .map(type -> type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded"))
                        .orElse(false);
    }

    /** The parameters of the query for GET, of the form for POST. */
    public Parameters parameters() {
        return "POST".equals(method()) ? form() : query();
    }

    public String bodyText() {
        return new String(body(), StandardCharsets.UTF_8);
    }

    /** @throws PageError 413 when the body is larger than configured */
    private byte[] body() {
        if (body == null) {
            body = readBody(context.maxRequestBytes(), request.getContentLengthLong());
        }
        return body;
    }

    private byte[] readBody(int limit, long announced) {
        try {
            InputStream stream = request.getInputStream();
            if (announced > limit) {
                throw tooLarge(stream, "body of " + announced + " bytes");
            }
            if (announced < 0) {
                byte[] read = stream.readNBytes(limit + 1);
                if (read.length > limit) {
                    throw tooLarge(stream, "body of more than " + limit + " bytes");
                }
                return read;
            }
            byte[] read = new byte[(int) announced];
            if (stream.readNBytes(read, 0, read.length) < read.length) {
                throw new PageError(400, "error.bad-request", "the body is shorter than announced");
            }
            return read;
        } catch (IOException e) {
            throw new PageError(400, "error.bad-request", "the body could not be read", e);
        }
    }

    /** Lets a sender finish, within reason: one that is still sending when the connection closes never reads the answer. */
    private static PageError tooLarge(InputStream stream, String reason) throws IOException {
        byte[] nowhere = new byte[8 * 1024];
        int drained = 0;
        for (int read = 0; read >= 0 && drained < MAX_DRAINED; read = stream.read(nowhere)) {
            drained += read;
        }
        return new PageError(413, "error.too-large", reason);
    }

    /** Every line of a header that should stand once. */
    public List<String> headers(String name) {
        return Collections.list(request.getHeaders(name));
    }

    /** The certificate that the client has proven to possess in TLS, with those that it sent along: with us, or as a trusted proxy says. */
    public List<X509Certificate> clientCertificates() {
        if (request.getAttribute("jakarta.servlet.request.X509Certificate") instanceof X509Certificate[] chain) {
            return List.of(chain);
        }
        return context.certificateHeader()
                .filter(name -> context.trustedProxies().isTrusted(request.getRemoteAddr()))
                .map(this::headers)
                .map(WebExchange::onlyCertificate)
                .orElse(List.of());
    }

    /** A proxy that adds a line to the client's own has not said which certificate it has seen. */
    private static List<X509Certificate> onlyCertificate(List<String> lines) {
        if (lines.size() > 1) {
            throw new PageError(400, "error.bad-request", "more than one client certificate");
        }
        return lines.stream()
                .filter(value -> !value.isEmpty())
                .map(CertificateHeader::parse)
                .toList();
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** The cookie of this name, as {@link Cookies} named it. */
    public Optional<String> cookie(String name) {
        Cookie[] cookies = request.getCookies();
        if (cookies != null) {
            String fullName = context.cookies().fullName(name);
            for (Cookie cookie : cookies) {
                if (cookie.getName().equals(fullName)) {
                    return Optional.of(cookie.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /** The address of the person's machine: the peer's, or what a trusted proxy says. */
    public String clientAddress() {
        // A proxy may append a line of its own instead of an entry; what counts is all of them, in order.
        String forwarded = String.join(",", Collections.list(request.getHeaders("X-Forwarded-For")));
        return context.trustedProxies().clientAddress(request.getRemoteAddr(), forwarded);
    }

    /** The language of the pages: {@code ui_locales}, an earlier {@code ui_locales}, {@code Accept-Language}, English. */
    public Locale locale() {
        return context.messages().choose(uiLocales(), cookie("locale"), header("Accept-Language"));
    }

    /** {@code ui_locales} of the query; none when the query cannot be read, since an error page has to be in some language too. */
    List<String> uiLocales() {
        if (!rawQuery().contains("ui_locales=")) {
            return List.of();
        }
        try {
            return query().asMap().getOrDefault("ui_locales", List.of());
        } catch (PageError unreadable) {
            return List.of();
        }
    }

    /** Keeps the answer open. */
    EventStream openEvents() throws IOException {
        return new AsyncEventStream(request.startAsync());
    }

    public RequestContext context() {
        return context;
    }
}
