package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
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
import java.util.stream.Stream;

/**
 * What people open: an OIDC client and a tile of the launcher.
 *
 * @param id the {@code client_id}
 * @param description per language tag; {@code en} is the fallback
 * @param icon the name of an asset or an https URL
 * @param links what people may want to read before they decide
 * @param launchUrl where the tile leads; absent means no tile
 * @param redirectUris as {@link #mayRedirectTo} compares them
 * @param grants grant types it may use
 * @param scopes scopes it may ask for
 * @param detailTypes types of authorization details it may ask for
 * @param firstParty whether the organisation's own: then nobody is asked for consent
 * @param maxAuthenticationAge how long ago the person may have proven who she is, whatever the app asks for
 * @param acrValues authentication contexts one of which is needed, whatever the app asks for; none means any will do
 * @param access who may open it
 * @param origin who says all this
 */
public record App(
        String id,
        String name,
        Map<String, String> description,
        String category,
        Optional<String> icon,
        Links links,
        Optional<URI> launchUrl,
        List<String> redirectUris,
        List<String> postLogoutRedirectUris,
        Optional<URI> backchannelLogoutUri,
        Optional<URI> frontchannelLogoutUri,
        Credentials credentials,
        ClientRules rules,
        Set<Grant> grants,
        Set<String> scopes,
        Set<String> detailTypes,
        boolean firstParty,
        Optional<Duration> maxAuthenticationAge,
        List<String> acrValues,
        AccessRule access,
        Origin origin)
        implements Client {

    /** Grant types of an app. */
    public enum Grant {
        AUTHORIZATION_CODE("authorization_code"),
        REFRESH_TOKEN("refresh_token"),
        /** RFC 8628. */
        DEVICE_CODE("urn:ietf:params:oauth:grant-type:device_code");

        private final String value;

        Grant(String value) {
            this.value = value;
        }

        /** As {@code grant_type}. */
        public String value() {
            return value;
        }

        /** @throws IllegalArgumentException when there is no such grant type */
        public static Grant of(String grantType) {
            return Stream.of(values())
                    .filter(grant -> grant.value.equals(grantType))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no grant type " + grantType));
        }
    }

    /** A loopback address, its port, and the rest (RFC 8252, 7.3). */
    private static final String LOOPBACK = "(http://(?:127\\.0\\.0\\.1|\\[::1]))(:[0-9]{1,5})?(/[^#]*)?";

    private static final String PRIVATE_SCHEME =
            "[a-z][a-z0-9+-]*(\\.[a-z0-9+-]+)+:/([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*";

    private static final List<String> DEFAULT_SCOPES =
            List.of("openid", "profile", "email", "groups", "offline_access");

    /** @param taken the ids in use so far; this one is added */
    public static App read(Section section, Set<String> taken) {
        String id = section.string("id");
        if (!taken.add(id)) {
            section.problem("id", "\"" + id + "\" is used twice");
        }
        Profile profile = section.choice("profile", Profile.class, Profile.STANDARD);
        Credentials credentials = Credentials.read(section, profile);
        Set<Grant> grants = grants(section);
        if (grants.contains(Grant.AUTHORIZATION_CODE)
                && section.strings("redirect-uris").isEmpty()) {
            section.problem("redirect-uris", "is missing");
        }
        List<String> redirectUris = redirectUris(section, "redirect-uris", profile);
        List<String> scopes = section.strings("scopes");
        return new App(
                id,
                section.string("name", id),
                descriptions(section),
                section.string("category", ""),
                section.optionalString("icon"),
                Links.read(section),
                section.optionalUrl("launch-url"),
                redirectUris,
                redirectUris(section, "post-logout-redirect-uris", profile),
                section.optionalUrl("backchannel-logout-uri"),
                section.optionalUrl("frontchannel-logout-uri"),
                credentials,
                ClientRules.read(section, profile, credentials, redirectUris),
                grants,
                Set.copyOf(scopes.isEmpty() ? DEFAULT_SCOPES : scopes),
                Set.copyOf(section.strings("authorization-details")),
                section.flag("first-party", true),
                section.optionalDuration("max-authentication-age"),
                section.strings("acr-values"),
                section.section("access", AccessRule::read),
                Origin.DECLARED);
    }

    /** An app on a device may also have a scheme of its own, a domain name in reverse (RFC 8252, 7.1). */
    private static List<String> redirectUris(Section section, String key, Profile profile) {
        if (profile != Profile.NATIVE) {
            if (section.strings(key).stream().anyMatch(uri -> uri.matches(PRIVATE_SCHEME))) {
                section.problem(key, "a scheme of the app's own needs profile: native");
                return List.of();
            }
            return section.urls(key).stream().map(URI::toString).toList();
        }
        List<String> uris = section.strings(key);
        for (String uri : uris) {
            if (uri.matches(PRIVATE_SCHEME)) {
                continue;
            }
            if (!uri.matches("https?://.*")) {
                section.problem(
                        key,
                        "\"" + uri + "\": a scheme of the app's own is a domain name in reverse, such as"
                                + " com.example.app:/callback");
                return List.of();
            }
            if (section.parseUrl(key, uri).isEmpty()) {
                return List.of();
            }
        }
        return uris;
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
                case "device_code" -> grants.add(Grant.DEVICE_CODE);
                default ->
                    section.problem(
                            "grants", "\"" + name + "\" must be authorization_code, refresh_token or device_code");
            }
        }
        if (grants.equals(Set.of(Grant.REFRESH_TOKEN))) {
            section.problem("grants", "refresh_token alone gives nothing to refresh");
        }
        return grants.isEmpty() ? Set.of(Grant.AUTHORIZATION_CODE, Grant.REFRESH_TOKEN) : Set.copyOf(grants);
    }

    /** Where a page finds its icon. */
    public Optional<String> iconUrl() {
        return icon.map(name -> name.startsWith("https://") ? name : "/assets/" + name);
    }

    public String description(Locale locale) {
        return description.getOrDefault(locale.getLanguage(), description.getOrDefault("en", ""));
    }

    @Override
    public Profile profile() {
        return rules.profile();
    }

    @Override
    public Set<JWSAlgorithm> assertionAlgorithms() {
        return rules.assertionAlgorithms();
    }

    @Override
    public boolean isDeclared() {
        return origin == Origin.DECLARED;
    }

    @Override
    public JWSAlgorithm introspectionAlgorithm() {
        return rules.responses().introspection();
    }

    @Override
    public Optional<Encryption> introspectionEncryption() {
        return rules.responses().introspectionEncryption();
    }

    /** Whether it is https, or http on this machine (OpenID Connect Dynamic Client Registration, section 2). */
    public static boolean isWebUri(URI uri) {
        boolean loopback = Set.of("localhost", "127.0.0.1", "[::1]").contains(String.valueOf(uri.getHost()));
        return uri.getHost() != null
                && uri.getUserInfo() == null
                && ("https".equals(uri.getScheme()) || ("http".equals(uri.getScheme()) && loopback));
    }

    /** Whether its scheme is an app's own (RFC 8252, 7.1). */
    public static boolean isPrivateUri(URI uri) {
        return uri.toString().matches(PRIVATE_SCHEME);
    }

    /** Whether it hears of the end of a session or can bring it about; only then is it told which session it is in. */
    public boolean takesPartInLogout() {
        boolean declares = backchannelLogoutUri.isPresent()
                || frontchannelLogoutUri.isPresent()
                || !postLogoutRedirectUris.isEmpty();
        return declares && origin != Origin.DOCUMENT;
    }

    public boolean isPublic() {
        return credentials.authentication() == Authentication.NONE;
    }

    /** Whether a redirect URI is one of the app's: character by character, but for the port of a loopback address of an app on a device. */
    public boolean mayRedirectTo(String uri) {
        return redirectUris.contains(uri)
                || (profile() == Profile.NATIVE
                        && uri.matches(LOOPBACK)
                        && redirectUris.stream()
                                .filter(registered -> registered.matches(LOOPBACK))
                                .anyMatch(registered -> withoutPort(registered).equals(withoutPort(uri))));
    }

    /**
     * Whether any app on the person's device could be listening there (RFC 8252, 8.6). What an operator has declared for browsers may be at
     * loopback while it is developed.
     */
    public boolean mayBeImpersonatedAt(String redirectUri) {
        boolean onDevice = profile() == Profile.NATIVE || (isPublic() && !isDeclared());
        return onDevice && !redirectUri.startsWith("https://");
    }

    private static String withoutPort(String loopback) {
        return loopback.replaceFirst(LOOPBACK, "$1$3");
    }
}
