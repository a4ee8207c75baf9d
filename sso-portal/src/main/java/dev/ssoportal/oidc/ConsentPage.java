package dev.ssoportal.oidc;

import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.LocalPath;
import dev.ssoportal.http.Reply;
import dev.ssoportal.session.SsoSession;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What a person reads before she lets an app have what it asks for; {@link ConsentEndpoint} hears what she says. */
final class ConsentPage {
    private ConsentPage() {}

    /** @param again where the request goes on */
    static Reply of(AppCatalog catalog, AuthorizeRequest request, SsoSession session, LocalPath again, Locale locale) {
        App app = request.app();
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("app", app.name());
        model.put("description", app.description(locale));
        model.put("person", session.account().name());
        model.put("scopes", catalog.described(request.consentScopes()));
        model.put("details", AuthorizationDetails.described(catalog, request.details(), locale));
        model.put("session", session.id());
        model.put("icon", app.iconUrl().orElse(""));
        model.put("policy", app.links().policy().map(URI::toString).orElse(""));
        model.put("terms", app.links().terms().map(URI::toString).orElse(""));
        model.put("leadsTo", app.isDeclared() ? "" : authority(request.redirectUri()));
        model.put("request", again.value());
        return Reply.page("consent", model).formLeadsAway();
    }

    /** Where a stranger's app would have her go: a host, or the scheme of an app on her device. */
    private static String authority(String redirectUri) {
        URI uri = URI.create(redirectUri);
        return uri.getRawAuthority() == null ? uri.getScheme() : uri.getRawAuthority();
    }
}
