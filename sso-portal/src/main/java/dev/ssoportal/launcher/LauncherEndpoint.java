package dev.ssoportal.launcher;

import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.Initials;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** {@code GET /}: the launcher, with a tile for each app whose access rule admits the person. */
public final class LauncherEndpoint implements Endpoint {
    private static final int COLOURS = 8;

    private final Sessions sessions;
    private final AppCatalog catalog;

    public LauncherEndpoint(Sessions sessions, AppCatalog catalog) {
        this.sessions = sessions;
        this.catalog = catalog;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Optional<SsoSession> session = sessions.current(exchange);
        if (session.isEmpty()) {
            return Reply.seeOther("/login?return=%2F");
        }
        Account account = session.get().account();
        Map<String, List<Tile>> categories = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (App app : catalog.launchable(account)) {
            categories.computeIfAbsent(app.category(), key -> new ArrayList<>()).add(tile(app, exchange.locale()));
        }
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("person", account);
        model.put("categories", categories);
        model.put("provider", session.get().provider());
        return Reply.page("launcher", model);
    }

    /** What the page shows of an app. */
    public record Tile(
            String name, String description, String href, String icon, String initials, int colour, String search) {}

    private static Tile tile(App app, Locale locale) {
        String description = app.description(locale);
        String icon = app.iconUrl().orElse("");
        return new Tile(
                app.name(),
                description,
                app.launchUrl().orElseThrow().toString(),
                icon,
                Initials.of(app.name()),
                Math.floorMod(app.id().hashCode(), COLOURS),
                (app.name() + " " + description + " " + app.category()).toLowerCase(locale));
    }
}
