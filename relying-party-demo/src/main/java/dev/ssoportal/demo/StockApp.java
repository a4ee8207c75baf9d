package dev.ssoportal.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.util.List;
import java.util.stream.Collectors;
import org.pac4j.oidc.profile.OidcProfile;

/** A second app in the same session: shows what the inventory API has in stock. */
final class StockApp extends HttpServlet {
    private static final long serialVersionUID = 1L;

    private final String stockUrl;
    private final transient BatchJob api = new BatchJob("", "", "");

    private StockApp(String stockUrl) {
        this.stockUrl = stockUrl;
    }

    static WebServer start(int port, RelyingParty app, String stockUrl) {
        return app.protect(port, List.of("/"))
                .servlet(new StockApp(stockUrl), "/*")
                .start();
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String path = request.getPathInfo() == null ? "/" : request.getPathInfo();
        if (!path.equals("/")) {
            AppPages.common(path, response);
            return;
        }
        OidcProfile profile = RelyingParty.profile(request, response);
        HttpResponse<String> stock =
                AppPages.call(() -> api.read(stockUrl, profile.getAccessToken().getValue()));
        AppPages.page(response, "Stock", """
                <section><h2>In stock</h2><p>For <span id="name">%s</span></p><ul id="stock">%s</ul></section>
                """.formatted(AppPages.escape(profile.getDisplayName()), list(stock)));
    }

    private static String list(HttpResponse<String> answer) {
        try {
            return JSONObjectUtils.parse(answer.body()).entrySet().stream()
                    .map(entry -> "<li>" + entry.getValue() + " " + AppPages.escape(entry.getKey()) + "</li>")
                    .collect(Collectors.joining());
        } catch (ParseException e) {
            return "<li>The inventory API answered " + answer.statusCode() + ".</li>";
        }
    }
}
