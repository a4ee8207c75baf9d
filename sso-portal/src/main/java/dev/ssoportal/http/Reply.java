package dev.ssoportal.http;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** An answer, complete but not yet written: a status, headers, and a body or a page to render. */
public final class Reply {
    private static final byte[] NOTHING = new byte[0];

    private final int status;
    private final List<Map.Entry<String, String>> headers = new ArrayList<>(4);
    private final byte[] body;
    private final String template;
    private final Map<String, Object> model;
    private boolean formLeadsAway;
    private List<String> framed = List.of();
    private Consumer<EventStream> opened;

    private Reply(int status, byte[] body, String template, Map<String, Object> model) {
        this.status = status;
        this.body = body;
        this.template = template;
        this.model = model;
    }

    /** A page: a template by name, and the variables it shows. */
    public static Reply page(int status, String template, Map<String, ?> model) {
        return new Reply(status, NOTHING, template, new LinkedHashMap<>(model)).header("Cache-Control", "no-store");
    }

    public static Reply page(String template, Map<String, ?> model) {
        return page(200, template, model);
    }

    /** JSON that must not be cached. */
    public static Reply json(int status, byte[] json) {
        return bytes(status, "application/json", json).header("Cache-Control", "no-store");
    }

    public static Reply json(int status, String json) {
        return json(status, json.getBytes(StandardCharsets.UTF_8));
    }

    /** A JWT that must not be cached. */
    public static Reply jwt(String contentType, String jwt) {
        return bytes(200, contentType, jwt.getBytes(StandardCharsets.US_ASCII)).header("Cache-Control", "no-store");
    }

    public static Reply bytes(int status, String contentType, byte[] body) {
        return new Reply(status, body, null, null).header("Content-Type", contentType);
    }

    /** Server-sent events: the answer stays open, and whoever is called with it sends. */
    public static Reply events(Consumer<EventStream> opened) {
        Reply reply = bytes(200, "text/event-stream; charset=utf-8", NOTHING)
                .header("Cache-Control", "no-store")
                .header("X-Accel-Buffering", "no");
        reply.opened = opened;
        return reply;
    }

    public static Reply empty(int status) {
        return new Reply(status, NOTHING, null, null);
    }

    /** Sends the browser on with GET (303), whatever the method was. */
    public static Reply seeOther(String location) {
        return new Reply(303, NOTHING, null, null).header("Location", location).header("Cache-Control", "no-store");
    }

    public static Reply seeOther(LocalPath path) {
        return seeOther(path.value());
    }

    public Reply header(String name, String value) {
        headers.add(Map.entry(name, value));
        return this;
    }

    /** Adds a cookie; the value comes from {@link Cookies}. */
    public Reply cookie(String setCookie) {
        return header("Set-Cookie", setCookie);
    }

    /**
     * For a page whose form begins a chain of redirects whose end we cannot know: from app to app, from provider to provider. Chromium holds
     * {@code form-action} against every redirect that follows a form, so such a page goes without.
     */
    public Reply formLeadsAway() {
        formLeadsAway = true;
        return this;
    }

    /** For a page that loads other sites in frames: their URLs. */
    public Reply framing(List<String> urls) {
        framed = List.copyOf(urls);
        return this;
    }

    public int status() {
        return status;
    }

    List<Map.Entry<String, String>> headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    boolean isPage() {
        return template != null;
    }

    String template() {
        return template;
    }

    Map<String, Object> model() {
        return model;
    }

    /** Who sends the events; absent for every other reply. */
    Optional<Consumer<EventStream>> opened() {
        return Optional.ofNullable(opened);
    }

    List<String> framed() {
        return framed;
    }

    boolean isFormLeadingAway() {
        return formLeadsAway;
    }
}
