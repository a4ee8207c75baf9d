package dev.ssoportal.directory;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.crypto.SecretHash;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a client's settings come to, in sentences for an operator: what they permit, and what of it she would rather have otherwise. */
public final class ClientReview {
    private static final Duration SOON = Duration.ofDays(30);
    private static final Duration OLD = Duration.ofDays(2 * 365);
    private static final String EXAMPLE = SecretHash.of("abc");

    private final Client client;
    private final Instant now;

    public ClientReview(Client client, Instant now) {
        this.client = client;
        this.now = now;
    }

    /** Such as "application wiki". */
    public String title() {
        return (client instanceof App ? "application " : "service account ") + client.id();
    }

    /** What the client may do and has to do. */
    public List<String> permits() {
        List<String> lines = new ArrayList<>();
        lines.add(authentication());
        if (client instanceof App app) {
            lines.add("follows the profile " + word(app.profile()));
            permits(app, lines);
        } else if (client instanceof ServiceAccount account) {
            account.roles()
                    .forEach((audience, roles) -> lines.add("gets tokens for " + audience + " with " + listed(roles)));
            lines.add("may ask for " + listed(account.scopes()));
        }
        lines.add(binding());
        return lines;
    }

    private void permits(App app, List<String> lines) {
        if (app.grants().contains(App.Grant.AUTHORIZATION_CODE)) {
            lines.add("signs people in by an authorization code that is sent to "
                    + String.join(", ", app.redirectUris()));
            lines.add("its requests " + requests(app.rules()));
        }
        if (app.grants().contains(App.Grant.DEVICE_CODE)) {
            lines.add("signs people in on devices without a browser");
        }
        lines.add(
                app.grants().contains(App.Grant.REFRESH_TOKEN) && app.scopes().contains("offline_access")
                        ? "gets refresh tokens, which "
                                + (app.rules().isFapi2() ? "stay the same" : "change with every use")
                        : "gets no refresh tokens");
        lines.add("may ask for " + listed(app.scopes()));
        if (!app.detailTypes().isEmpty()) {
            lines.add("may ask for the authorization details " + listed(app.detailTypes()));
        }
        if (!app.acrValues().isEmpty()) {
            lines.add("needs an authentication by one of " + listed(app.acrValues()));
        }
        app.maxAuthenticationAge()
                .ifPresent(age -> lines.add("needs an authentication no older than " + age.toMinutes() + " minutes"));
        lines.add("asks people for consent: " + consent(app));
        lines.add("is open to " + people(app.access()));
        lines.add("hears of the end of a session " + logout(app));
        lines.add("gets ID tokens signed with "
                + app.rules().responses().idToken().getName()
                + app.rules()
                        .sector()
                        .map(sector -> ", in which people have names of their own for " + sector)
                        .orElse(""));
    }

    private static String consent(App app) {
        if (app.redirectUris().stream().anyMatch(app::mayBeImpersonatedAt)) {
            return "each time, where any app on the device could be listening"
                    + (app.firstParty() ? "; else never" : "");
        }
        String otherwise = app.firstParty() ? "never" : "once";
        return app.grants().contains(App.Grant.DEVICE_CODE) ? "each time a device asks; else " + otherwise : otherwise;
    }

    private String authentication() {
        Credentials credentials = client.credentials();
        return switch (credentials.authentication()) {
            case NONE -> "is public: nothing proves who it is";
            case CLIENT_SECRET_BASIC, CLIENT_SECRET_POST -> {
                long good = credentials.secrets().stream()
                        .filter(secret -> secret.isValid(now))
                        .count();
                String how = client.profile() == Profile.LEGACY
                        ? "in a header or a form"
                        : word(credentials.authentication());
                yield "proves who it is by a secret, " + how + "; secrets that are good: " + good;
            }
            case PRIVATE_KEY_JWT ->
                "proves who it is by a signature of its key, "
                        + listed(client.assertionAlgorithms().stream()
                                .map(Object::toString)
                                .toList());
            case TLS_CLIENT_AUTH, SELF_SIGNED_TLS_CLIENT_AUTH -> "proves who it is by a client certificate";
        };
    }

    private static String requests(ClientRules rules) {
        return Stream.of(
                        rules.requestUris().isEmpty()
                                ? ""
                                : "may be kept at " + listed(rules.requestUris()) + ", signed",
                        rules.requirePushedRequest() ? "have to be pushed" : "come by way of the browser or pushed",
                        rules.requireSignedRequest() ? "have to be signed" : "need no signature",
                        rules.requirePkce() ? "need PKCE by S256" : "may go without PKCE")
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private String binding() {
        return "gets access tokens that are bound to "
                + switch (client.credentials().senderConstraint()) {
                    case NONE -> "nothing, unless it sends a DPoP proof";
                    case DPOP -> "its key (DPoP)";
                    case CERTIFICATE -> "its certificate";
                    case EITHER -> "its key (DPoP) or its certificate";
                };
    }

    private static String people(AccessRule rule) {
        if (rule.isEverybody()) {
            return "everybody who is signed in";
        }
        return Stream.of(
                        named("roles", rule.roles()), named("groups", rule.groups()), named("people", rule.usernames()))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", or "));
    }

    private static String named(String what, List<String> names) {
        return names.isEmpty() ? "" : what + " " + listed(names);
    }

    private static String logout(App app) {
        if (app.backchannelLogoutUri().isPresent()) {
            return "at " + app.backchannelLogoutUri().get();
        }
        return app.frontchannelLogoutUri().isPresent()
                ? "only by way of the person's browser, if that is here and lets it"
                : "not at all";
    }

    /** What works, and could be stronger. */
    public List<String> weaknesses() {
        List<String> found = new ArrayList<>();
        if (client.credentials().hasSecret()) {
            secrets(client.credentials().secrets(), found);
        }
        if (client.credentials().authentication() == Client.Authentication.PRIVATE_KEY_JWT) {
            client.credentials()
                    .keys()
                    .filter(this::fitNone)
                    .ifPresent(keys -> found.add("none of its keys fits what it may sign with, "
                            + listed(client.assertionAlgorithms().stream()
                                    .map(JWSAlgorithm::getName)
                                    .toList())
                            + ": it cannot authenticate"));
        }
        if (client.credentials().authentication() == Client.Authentication.CLIENT_SECRET_POST) {
            found.add(
                    "its secret is in the body of requests, which more logs see than headers; client-secret-basic, or better"
                            + " private-key-jwt (RFC 6749, 2.3.1)");
        }
        if (client instanceof App app) {
            weaknesses(app, found);
        }
        return found;
    }

    /** By type, curve, use and, if a key says so, algorithm (RFC 7517, section 4). */
    private boolean fitNone(JWKSet keys) {
        return client.assertionAlgorithms().stream()
                .map(algorithm -> new JWKSelector(JWKMatcher.forJWSHeader(new JWSHeader(algorithm))))
                .allMatch(selector -> selector.select(keys).isEmpty());
    }

    private void secrets(List<ClientSecret> secrets, List<String> found) {
        List<ClientSecret> good =
                secrets.stream().filter(secret -> secret.isValid(now)).toList();
        if (good.stream().anyMatch(secret -> secret.hash().equals(EXAMPLE))) {
            found.add("its secret is that of the example, which everybody knows; \"new-secret\" makes another");
        }
        if (good.isEmpty()) {
            found.add("all its secrets have expired: it cannot authenticate");
        } else if (good.stream().noneMatch(secret -> secret.isValid(now.plus(SOON)))) {
            found.add("its last secret expires within " + SOON.toDays() + " days; \"new-secret\" makes another");
        }
        if (good.size() < secrets.size()) {
            found.add("has a secret that has expired; remove it");
        }
        if (good.stream()
                .anyMatch(secret -> secret.created()
                        .map(created -> created.plus(OLD).isBefore(now))
                        .orElse(false))) {
            found.add("has a secret that is older than " + OLD.toDays() / 365 + " years");
        }
    }

    private void weaknesses(App app, List<String> found) {
        boolean redirected = app.grants().contains(App.Grant.AUTHORIZATION_CODE);
        if (app.profile() == Profile.LEGACY && client.credentials().hasSecret()) {
            found.add("profile legacy takes the secret from a form as well; standard, once the app can be changed");
        }
        if (redirected && !app.rules().requirePkce()) {
            found.add(
                    "a stolen code needs no proof that it is the app's: require-pkce: true, once the app sends a challenge"
                            + " (RFC 9700, 2.1.1)");
        }
        for (String uri : app.redirectUris()) {
            if ("localhost".equals(URI.create(uri).getHost())) {
                found.add("the redirect URI " + uri + " depends on what resolves localhost; 127.0.0.1 (RFC 8252, 8.3)");
            }
            if (App.isPrivateUri(URI.create(uri))) {
                found.add("the redirect URI " + uri
                        + " can be claimed by any app on the device: people are asked each time; an https"
                        + " URI that the app has claimed (RFC 8252, 7.2)");
            }
        }
        boolean hasServer = app.profile() != Profile.NATIVE && app.profile() != Profile.SPA;
        if (redirected && hasServer && app.backchannelLogoutUri().isEmpty()) {
            found.add("does not hear reliably of the end of a session: backchannel-logout-uri");
        }
    }

    private static String listed(Collection<String> names) {
        return names.isEmpty() ? "nothing" : names.stream().sorted().collect(Collectors.joining(", "));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
