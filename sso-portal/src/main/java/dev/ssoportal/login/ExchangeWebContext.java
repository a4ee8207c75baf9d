package dev.ssoportal.login;

import dev.ssoportal.http.WebExchange;
import java.net.URI;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.pac4j.core.context.Cookie;
import org.pac4j.core.context.WebContext;

/**
 * Shows a {@link WebExchange} to pac4j, or none, for a message that we send on our own account. The URL is the configured one, whatever the
 * Host header says; the response is ours alone.
 */
public final class ExchangeWebContext implements WebContext {
    private final String method;
    private final String url;
    private final String remoteAddress;
    private final Function<String, Optional<String>> headers;
    private final Map<String, Object> attributes = new HashMap<>();
    private final Map<String, String[]> parameters = new HashMap<>();

    public ExchangeWebContext(WebExchange exchange) {
        this(exchange.method(), exchange.url(), exchange.clientAddress(), exchange::header);
        // Never query and form together: what is verified in one must not be overridden by the other.
        exchange.parameters().asMap().forEach((name, values) -> parameters.put(name, values.toArray(String[]::new)));
    }

    private ExchangeWebContext(
            String method, String url, String remoteAddress, Function<String, Optional<String>> headers) {
        this.method = method;
        this.url = url;
        this.remoteAddress = remoteAddress;
        this.headers = headers;
    }

    /** A context without a request. */
    public static ExchangeWebContext withoutRequest(String baseUrl) {
        return new ExchangeWebContext("GET", baseUrl + "/", "", name -> Optional.empty());
    }

    @Override
    public Optional<String> getRequestParameter(String name) {
        String[] values = parameters.get(name);
        return values == null || values.length == 0 ? Optional.empty() : Optional.of(values[0]);
    }

    @Override
    public Map<String, String[]> getRequestParameters() {
        return parameters;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Optional getRequestAttribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }

    @Override
    public void setRequestAttribute(String name, Object value) {
        attributes.put(name, value);
    }

    @Override
    public Optional<String> getRequestHeader(String name) {
        return headers.apply(name);
    }

    @Override
    public String getRequestMethod() {
        return method;
    }

    @Override
    public String getRemoteAddr() {
        return remoteAddress;
    }

    @Override
    public void setResponseHeader(String name, String value) {
        // pac4j sets caching headers on its own answers; ours have them already.
    }

    @Override
    public Optional<String> getResponseHeader(String name) {
        return Optional.empty();
    }

    @Override
    public void setResponseContentType(String content) {
        // As above.
    }

    @Override
    public String getServerName() {
        return uri().getHost();
    }

    @Override
    public int getServerPort() {
        return uri().getPort();
    }

    @Override
    public String getScheme() {
        return uri().getScheme();
    }

    @Override
    public boolean isSecure() {
        return "https".equals(getScheme());
    }

    @Override
    public String getFullRequestURL() {
        return url;
    }

    @Override
    public Optional<String> getQueryString() {
        int query = url.indexOf('?');
        return query < 0 ? Optional.empty() : Optional.of(url.substring(query + 1));
    }

    @Override
    public Collection<Cookie> getRequestCookies() {
        return List.of();
    }

    @Override
    public void addResponseCookie(Cookie cookie) {
        throw new UnsupportedOperationException("cookies are set by our endpoints only");
    }

    @Override
    public String getPath() {
        return uri().getRawPath();
    }

    private URI uri() {
        return URI.create(getRequestURL());
    }
}
