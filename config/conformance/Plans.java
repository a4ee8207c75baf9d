import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the test configurations that a conformance suite is given, with what its scripted browser does on our pages: {@code java Plans.java}
 * in this folder, once {@code work/environment} has been read.
 */
final class Plans {
    private static final String ISSUER = System.getenv("CONFORMANCE_ISSUER");
    private static final String MTLS = System.getenv("CONFORMANCE_MTLS");
    private static final String SUITE = System.getenv("CONFORMANCE_SUITE");
    private static final String SECRET_1 = System.getenv("CONFORMANCE_SECRET_1");
    private static final String SECRET_2 = System.getenv("CONFORMANCE_SECRET_2");

    private static final String AUTHORIZE = ISSUER + "/oauth2/authorize*";
    private static final String LOGOUT = ISSUER + "/oauth2/logout*";
    private static final String FORM = ISSUER + "/login/password*";
    private static final String CALLBACK = SUITE + "/test/*/callback*";
    private static final String BACK = SUITE + "/test/*/post_logout_redirect*";

    private static final String FILL_IN =
            """
            ["text", "id", "username", "conformance"], ["text", "id", "password", "conformance password"], ["click", "id", "login-submit"]""";

    // What is done on a page, and for the tasks of one visit: where each is done. Those that may be left out are optional.
    private static final String SIGN_IN = optional("sign in", FORM, FILL_IN);
    private static final String CONSENT = optional("consent", AUTHORIZE, "[\"click\", \"id\", \"consent-accept\", \"optional\"]");
    private static final String ARRIVE = task("arrive", CALLBACK, "[\"wait\", \"id\", \"submission_complete\", 10]");
    private static final String MAY_ARRIVE =
            optional("arrive", CALLBACK, "[\"wait\", \"id\", \"submission_complete\", 10]");
    private static final String CONFIRM = optional("confirm", LOGOUT, "[\"click\", \"id\", \"logout-submit\", \"optional\"]");

    private static final String SIGNING_IN = visit(AUTHORIZE, SIGN_IN, CONSENT, ARRIVE);

    public static void main(String[] arguments) throws IOException {
        String basic = client("client", "basic-1", SECRET_1) + client("client2", "basic-2", SECRET_2)
                + client("client_secret_post", "post-1", SECRET_1);
        write("static", alias() + basic, usualBrowser());
        write("dynamic", "\"client\": {\"client_name\": \"First\"}, \"client2\": {\"client_name\": \"Second\"},", usualBrowser());
        write("backchannel", alias() + client("client", "backchannel-1", SECRET_1), usualBrowser());
        write("frontchannel", alias() + client("client", "frontchannel-1", SECRET_1), frontChannelBrowser());
        write("frontchannel-dynamic", "\"client\": {\"client_name\": \"First\"},", frontChannelBrowser());
        for (String clients : List.of("fapi-jwt-dpop", "fapi-jwt-mtls", "fapi-mtls-dpop", "fapi-mtls-mtls", "fapi-signed")) {
            String resource = (clients.endsWith("-mtls") ? MTLS : ISSUER) + "/oauth2/userinfo";
            write(
                    clients,
                    alias() + fapi(clients, 1, "") + fapi(clients, 2, "2")
                            + "\"resource\": {\"resourceUrl\": \"" + resource + "\"},",
                    usualBrowser());
        }
    }

    private static void write(String name, String clients, String browser) throws IOException {
        Files.writeString(
                Path.of("work", name + ".json"),
                """
                {"description": "SSO portal, %s",
                "server": {"discoveryUrl": "%s/.well-known/openid-configuration"},
                %s
                "browser": [%s],
                "override": {%s}}
                """.formatted(name, ISSUER, clients, browser, overrides()));
    }

    private static String alias() {
        return "\"alias\": \"sso-portal\",\n";
    }

    private static String client(String name, String id, String secret) {
        return "\"%s\": {\"client_id\": \"%s\", \"client_secret\": \"%s\"},\n".formatted(name, id, secret);
    }

    private static String fapi(String clients, int number, String suffix) throws IOException {
        return """
                "client%1$s": {"client_id": "%2$s-%3$d", "scope": "openid offline_access", "dpop_signing_alg": "ES256", "jwks": %4$s},
                "mtls%1$s": {"cert": "%5$s", "key": "%6$s"},
                """.formatted(
                suffix,
                clients,
                number,
                read("client-" + number + ".private.jwks"),
                read("client-" + number + ".pem").replace("\n", "\\n"),
                read("client-" + number + ".key").replace("\n", "\\n"));
    }

    private static String read(String name) throws IOException {
        return Files.readString(Path.of("work", name)).strip();
    }

    private static String usualBrowser() {
        return SIGNING_IN + ", " + visit(LOGOUT, CONFIRM, optional("come back", BACK));
    }

    /** The page with the frames goes on by itself. */
    private static String frontChannelBrowser() {
        String wait = "[\"wait\", \"contains\", \"/post_logout_redirect\", 10]";
        return SIGNING_IN + ", " + visit(LOGOUT, CONFIRM, optional("frames", ISSUER + "/logout/next*", wait), optional("come back", BACK));
    }

    private static String overrides() {
        String fapi = "fapi2-security-profile-final-";
        String logout = "oidcc-rp-initiated-logout-";
        String seenForm = visit(AUTHORIZE, optional("sign in", FORM, see("Sign in", "-optional") + ", " + FILL_IN), CONSENT, ARRIVE);
        String refused = visit(AUTHORIZE, task("see", AUTHORIZE, see("an address that is not registered", "")));
        String refusedOnce = visit(AUTHORIZE, SIGN_IN, optional("see", AUTHORIZE, see("sign in is no longer good|cannot be", "-optional")), MAY_ARRIVE);
        String consent = visit(AUTHORIZE, SIGN_IN, task("see", AUTHORIZE, see("asks for access", "")));
        String badLogout = SIGNING_IN + ", " + visit(LOGOUT, task("see", LOGOUT, see("cannot be trusted|not registered", "")));
        String signedOut = SIGNING_IN + ", " + visit(LOGOUT, CONFIRM, task("see", ISSUER + "/*", see("signed out", "")));
        return Stream.of(
                        modules(seenForm, "oidcc-prompt-login", "oidcc-max-age-1"),
                        modules(
                                refused,
                                "oidcc-ensure-registered-redirect-uri",
                                "oidcc-ensure-redirect-uri-in-authorization-request",
                                "oidcc-redirect-uri-query-added",
                                "oidcc-redirect-uri-query-mismatch"),
                        modules(consent, "oidcc-registration-logo-uri", "oidcc-registration-policy-uri", "oidcc-registration-tos-uri"),
                        modules(
                                badLogout,
                                logout + "bad-post-logout-redirect-uri",
                                logout + "query-added-to-post-logout-redirect-uri",
                                logout + "modified-id-token-hint",
                                logout + "bad-id-token-hint",
                                logout + "no-id-token-hint"),
                        modules(
                                signedOut,
                                logout + "no-params",
                                logout + "no-post-logout-redirect-uri",
                                logout + "only-state"),
                        modules(
                                refusedOnce,
                                "oidcc-response-type-missing",
                                fapi + "par-attempt-reuse-request_uri",
                                fapi + "par-attempt-to-use-expired-request_uri",
                                fapi + "par-attempt-to-use-request_uri-for-different-client"),
                        modules(
                                visit(AUTHORIZE, task("cancel", FORM, "[\"click\", \"id\", \"login-cancel\"]"), ARRIVE),
                                fapi + "user-rejects-authentication"),
                        modules(
                                visit(AUTHORIZE, task("look only", FORM, see("Sign in", "-optional")))
                                                .replaceFirst("\\{", "{\"match-limit\": 1, ")
                                        + ", " + SIGNING_IN,
                                fapi + "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds"))
                .collect(Collectors.joining(",\n"));
    }

    /** Another browser for some modules. */
    private static String modules(String browser, String... names) {
        return Stream.of(names)
                .map(name -> "\"" + name + "\": {\"browser\": [" + browser + "]}")
                .collect(Collectors.joining(",\n"));
    }

    /** Keeps what the page shows, for the person who reviews the run. */
    private static String see(String text, String optional) {
        return "[\"wait\", \"xpath\", \"//*\", 10, \"" + text + "\", \"update-image-placeholder" + optional + "\"]";
    }

    private static String visit(String match, String... tasks) {
        return "{\"match\": \"" + match + "\", \"tasks\": [" + String.join(", ", tasks) + "]}";
    }

    private static String task(String name, String match, String... commands) {
        return "{\"task\": \"" + name + "\", \"match\": \"" + match + "\", \"commands\": [" + String.join(", ", commands) + "]}";
    }

    private static String optional(String name, String match, String... commands) {
        return task(name, match, commands).replaceFirst("\\{", "{\"optional\": true, ");
    }
}
