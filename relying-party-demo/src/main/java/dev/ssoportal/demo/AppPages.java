package dev.ssoportal.demo;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** What the pages of the demo's apps look like. */
final class AppPages {
    private AppPages() {}

    static void page(HttpServletResponse response, String title, String body) throws IOException {
        response.setContentType("text/html;charset=utf-8");
        response.setHeader("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'");
        response.getOutputStream().write("""
                <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%1$s</title><link rel="stylesheet" href="/app.css"></head>
                <body><header><h1>%1$s</h1><a id="sign-out" href="/logout">Sign out</a></header><main>%2$s</main></body></html>
                """.formatted(title, body).getBytes(StandardCharsets.UTF_8));
    }

    /** What every app has: the page after a logout, and the stylesheet. */
    static void common(String path, HttpServletResponse response) throws IOException {
        switch (path) {
            case "/signed-out" ->
                page(
                        response,
                        "Signed out",
                        "<section><p id=\"signed-out\">You are signed out.</p><a href=\"/\">Sign in again</a></section>");
            case "/app.css" -> {
                response.setContentType("text/css");
                try (InputStream css = AppPages.class.getResourceAsStream("/demo/app/app.css")) {
                    css.transferTo(response.getOutputStream());
                }
            }
            default -> response.sendError(404);
        }
    }

    interface Call {
        HttpResponse<String> send() throws IOException, InterruptedException;
    }

    static HttpResponse<String> call(Call call) throws IOException {
        try {
            return call.send();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted").initCause(e);
        }
    }

    static String escape(String text) {
        return text == null
                ? ""
                : text.replace("&", "&amp;")
                        .replace("<", "&lt;")
                        .replace(">", "&gt;")
                        .replace("\"", "&quot;");
    }
}
