package dev.ssoportal.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** {@code /assets/{name}}: stylesheet, script, icons; from the operator's folder or the jar. */
public final class AssetEndpoint implements Endpoint {
    private static final Map<String, String> TYPES = Map.of(
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "webp", "image/webp",
            "ico", "image/x-icon",
            "woff2", "font/woff2");

    private final TemplateFiles files;
    private final Pages pages;

    public AssetEndpoint(TemplateFiles files, Pages pages) {
        this.files = files;
        this.pages = pages;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        String name = exchange.pathVariable("name");
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new PageError(404, "error.not-found", "no asset of this type");
        }
        byte[] content = "brand.css".equals(name) ? pages.brandStylesheet() : read(name);
        return Reply.bytes(200, type, content)
                .header("Cache-Control", "public, max-age=300")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                // An SVG opened by itself is a document; it gets to do nothing.
                .header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    }

    private byte[] read(String name) {
        try {
            Optional<InputStream> stream = files.open("assets/" + name);
            if (stream.isEmpty()) {
                throw new PageError(404, "error.not-found", "no such asset");
            }
            try (InputStream open = stream.get()) {
                return open.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read an asset", e);
        }
    }
}
