package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.config.Section;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What people open: an OIDC client and a tile of the launcher.
 *
 * @param id the {@code client_id}
 * @param description per language tag; {@code en} is the fallback
 * @param icon the name of an asset or an https URL
 * @param launchUrl where the tile leads; absent means no tile
 * @param redirectUris compared character by character
 * @param grants grant types it may use
 * @param scopes scopes it may ask for
 * @param firstParty whether the organisation's own: then nobody is asked for consent
 * @param maxAuthenticationAge how long ago the person may have proven who she is, whatever the app asks for
 * @param acrValues authentication contexts one of which is needed, whatever the app asks for; none means any will do
 * @param access who may open it
 */
public record App(
        String id,
        String name,
        Map<String, String> description,
        String category,
        Optional<String> icon,
        Optional<URI> launchUrl,
        List<String> redirectUris,
        List<String> postLogoutRedirectUris,
        Optional<URI> backchannelLogoutUri,
        Optional<URI> frontchannelLogoutUri,
        Authentication authentication,
        List<ClientSecret> secrets,
        Optional<JWKSet> keys,
        Optional<URI> jwksUri,
        Set<Grant> grants,
        Set<String> scopes,
        JWSAlgorithm idTokenAlgorithm,
        boolean firstParty,
        Optional<Duration> maxAuthenticationAge,
        List<String> acrValues,
        AccessRule access)
        implements Client {

    /** Grant types of an app. */
    public enum Grant {
        AUTHORIZATION_CODE,
        REFRESH_TOKEN
    }

    private enum SigningAlgorithm {
        RS256,
        ES256
    }

    private static final List<String> DEFAULT_SCOPES =
            List.of("openid", "profile", "email", "groups", "offline_access");

    /** @param taken the ids in use so far; this one is added */
    public static App read(Section section, Set<String> taken) {
        String id = section.string("id");
        if (!taken.add(id)) {
            section.problem("id", "\"" + id + "\" is used twice");
        }
        ClientKeys keys = ClientKeys.read(section, Authentication.CLIENT_SECRET_BASIC);
        List<URI> redirectUris = section.urls("redirect-uris");
        if (!section.has("redirect-uris") || section.strings("redirect-uris").isEmpty()) {
            section.problem("redirect-uris", "is missing");
        }
        List<String> scopes = section.strings("scopes");
        return new App(
                id,
                section.string("name", id),
                descriptions(section),
                section.string("category", ""),
                section.optionalString("icon"),
                section.optionalUrl("launch-url"),
                redirectUris.stream().map(URI::toString).toList(),
                section.urls("post-logout-redirect-uris").stream()
                        .map(URI::toString)
                        .toList(),
                section.optionalUrl("backchannel-logout-uri"),
                section.optionalUrl("frontchannel-logout-uri"),
                keys.authentication(),
                keys.secrets(),
                keys.keys(),
                keys.jwksUri(),
                grants(section),
                Set.copyOf(scopes.isEmpty() ? DEFAULT_SCOPES : scopes),
                JWSAlgorithm.parse(section.choice("id-token-algorithm", SigningAlgorithm.class, SigningAlgorithm.RS256)
                        .name()),
                section.flag("first-party", true),
                section.optionalDuration("max-authentication-age"),
                section.strings("acr-values"),
                section.section("access", AccessRule::read));
    }

    private static Map<String, String> descriptions(Section section) {
        Map<String, String> descriptions = new HashMap<>();
        section.optionalString("description").ifPresent(text -> descriptions.put("en", text));
        section.optionalString("description-de").ifPresent(text -> descriptions.put("de", text));
        return Map.copyOf(descriptions);
    }

    private static Set<Grant> grants(Section section) {
        Set<Grant> grants = new LinkedHashSet<>();
        for (String name : section.strings("grants")) {
            switch (name) {
                case "authorization_code" -> grants.add(Grant.AUTHORIZATION_CODE);
                case "refresh_token" -> grants.add(Grant.REFRESH_TOKEN);
                default -> section.problem("grants", "\"" + name + "\" must be authorization_code or refresh_token");
            }
        }
        return grants.isEmpty() ? Set.of(Grant.AUTHORIZATION_CODE, Grant.REFRESH_TOKEN) : Set.copyOf(grants);
    }

    public String description(Locale locale) {
        return description.getOrDefault(locale.getLanguage(), description.getOrDefault("en", ""));
    }

    public boolean isPublic() {
        return authentication == Authentication.NONE;
    }
}
