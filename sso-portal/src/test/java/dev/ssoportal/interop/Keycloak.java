package dev.ssoportal.interop;

import dev.ssoportal.testing.Ports;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Keycloak as a process of its own, with a realm of ours. */
final class Keycloak implements AutoCloseable {
    static final String REALM = "corp";
    static final String CLIENT_SECRET = "keycloak-client-secret-with-plenty-of-entropy-012";
    static final String PASSWORD = "kate-password";
    private static final String ADMIN = "admin-of-the-test";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(3);

    private final Process process;
    private final int port;
    private final Path log;

    private Keycloak(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /** @param realm one of the realms below */
    static Keycloak start(int port, String realm) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("keycloak.home"));
        Path imports = Files.createDirectories(home.resolve("data/import"));
        Files.writeString(imports.resolve("corp-realm.json"), realm);
        home.resolve("bin/kc.sh").toFile().setExecutable(true);
        Path log = Files.createTempFile("keycloak", ".log");
        ProcessBuilder command = new ProcessBuilder(
                        home.resolve("bin/kc.sh").toString(),
                        "start-dev",
                        "--import-realm",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--http-management-port=" + Ports.free(),
                        "--cache=local",
                        "--db=dev-mem")
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        command.environment().put("JAVA_OPTS_APPEND", "-Xmx768m");
        command.environment().put("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN);
        command.environment().put("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN);
        Keycloak keycloak = new Keycloak(command.start(), port, log);
        keycloak.awaitRealm();
        return keycloak;
    }

    private void awaitRealm() throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest discovery = HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                .build();
        Instant end = Instant.now().plus(START_TIMEOUT);
        while (Instant.now().isBefore(end) && process.isAlive()) {
            try {
                if (http.send(discovery, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
                    return;
                }
            } catch (ConnectException e) {
                // Not listening yet.
            }
            Thread.sleep(250);
        }
        close();
        throw new IOException("Keycloak does not start:\n" + Files.readString(log));
    }

    /** What an administrator does who presses "Logout all sessions" beside a person's name. */
    void endSessionsOf(String username) throws IOException, InterruptedException {
        String base = "http://127.0.0.1:" + port;
        String token = text(
                HttpRequest.newBuilder(URI.create(base + "/realms/master/protocol/openid-connect/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "grant_type=password&client_id=admin-cli&username=" + ADMIN + "&password=" + ADMIN)),
                "access_token");
        String users = base + "/admin/realms/" + REALM + "/users";
        String id = text(
                HttpRequest.newBuilder(URI.create(users + "?exact=true&username=" + username))
                        .header("Authorization", "Bearer " + token),
                "id");
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(users + "/" + id + "/logout"))
                                .header("Authorization", "Bearer " + token)
                                .POST(HttpRequest.BodyPublishers.noBody())
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 204) {
            throw new IOException("Keycloak answered " + answer.statusCode() + " " + answer.body());
        }
    }

    /** The first member of this name in the answer. */
    private static String text(HttpRequest.Builder request, String member) throws IOException, InterruptedException {
        String body = HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.ofString())
                .body();
        Matcher matcher = Pattern.compile("\"" + member + "\":\"([^\"]*)\"").matcher(body);
        if (!matcher.find()) {
            throw new IOException("no " + member + " in " + body);
        }
        return matcher.group(1);
    }

    String issuer() {
        return "http://127.0.0.1:" + port + "/realms/" + REALM;
    }

    @Override
    public void close() throws IOException {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (!process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(log);
    }

    /** A realm whose people sign in at the portal. */
    static String behind(String portalUrl, String clientSecret) {
        return """
                {
                  "realm": "corp", "enabled": true, "sslRequired": "none",
                  "clients": [
                    {"clientId": "app", "enabled": true, "publicClient": true, "standardFlowEnabled": true, "redirectUris": ["*"]}
                  ],
                  "identityProviders": [{
                    "alias": "portal", "providerId": "oidc", "enabled": true, "trustEmail": true,
                    "config": {
                      "issuer": "%1$s", "clientId": "keycloak", "clientSecret": "%2$s", "clientAuthMethod": "client_secret_basic",
                      "authorizationUrl": "%1$s/oauth2/authorize", "tokenUrl": "%1$s/oauth2/token",
                      "userInfoUrl": "%1$s/oauth2/userinfo", "logoutUrl": "%1$s/oauth2/logout",
                      "useJwksUrl": "true", "jwksUrl": "%1$s/oauth2/jwks", "validateSignature": "true",
                      "pkceEnabled": "true", "pkceMethod": "S256", "defaultScope": "openid profile email", "syncMode": "FORCE"
                    }
                  }]
                }
                """.formatted(portalUrl, clientSecret);
    }

    /**
     * A realm at which the portal's people sign in.
     *
     * @param certificate the portal's SAML certificate in Base64: Keycloak verifies our requests and encrypts to us with it
     */
    static String inFront(String portalUrl, String certificate) {
        return """
                {
                  "realm": "corp", "enabled": true, "sslRequired": "none",
                  "groups": [{"name": "engineering"}],
                  "users": [{
                    "username": "kate", "enabled": true, "email": "kate@corp.example", "emailVerified": true,
                    "firstName": "Kate", "lastName": "Keycloak", "groups": ["/engineering"],
                    "credentials": [{"type": "password", "value": "%3$s", "temporary": false}]
                  }],
                  "clients": [
                    {
                      "clientId": "portal-oidc", "protocol": "openid-connect", "enabled": true, "publicClient": false, "secret": "%4$s",
                      "redirectUris": ["%1$s/federation/kc-oidc/callback"], "standardFlowEnabled": true,
                      "attributes": {"post.logout.redirect.uris": "%1$s/logout/next", "backchannel.logout.url": "%1$s/federation/kc-oidc/logout",
                        "backchannel.logout.session.required": "true", "pkce.code.challenge.method": "S256"},
                      "protocolMappers": [{"name": "groups", "protocol": "openid-connect", "protocolMapper": "oidc-group-membership-mapper",
                        "config": {"full.path": "false", "claim.name": "groups", "id.token.claim": "true", "userinfo.token.claim": "true"}}]
                    },
                    {
                      "clientId": "%1$s/federation/kc-saml/metadata", "protocol": "saml", "enabled": true, "frontchannelLogout": false,
                      "redirectUris": ["%1$s/federation/kc-saml/callback"],
                      "attributes": {
                        "saml.client.signature": "true", "saml.signing.certificate": "%2$s", "saml.server.signature": "true",
                        "saml.assertion.signature": "true", "saml.signature.algorithm": "RSA_SHA256",
                        "saml.encrypt": "true", "saml.encryption.certificate": "%2$s",
                        "saml.encryption.algorithm": "http://www.w3.org/2009/xmlenc11#aes256-gcm",
                        "saml.encryption.keyAlgorithm": "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
                        "saml_name_id_format": "persistent", "saml_force_name_id_format": "true", "saml.authnstatement": "true",
                        "saml_assertion_consumer_url_post": "%1$s/federation/kc-saml/callback",
                        "saml_single_logout_service_url_redirect": "%1$s/federation/kc-saml/logout",
                        "saml_single_logout_service_url_post": "%1$s/federation/kc-saml/logout"
                      },
                      "protocolMappers": [
                        {"name": "uid", "protocol": "saml", "protocolMapper": "saml-user-property-mapper",
                          "config": {"user.attribute": "username", "attribute.name": "uid"}},
                        {"name": "name", "protocol": "saml", "protocolMapper": "saml-user-property-mapper",
                          "config": {"user.attribute": "firstName", "attribute.name": "displayName"}},
                        {"name": "mail", "protocol": "saml", "protocolMapper": "saml-user-property-mapper",
                          "config": {"user.attribute": "email", "attribute.name": "mail"}},
                        {"name": "groups", "protocol": "saml", "protocolMapper": "saml-group-membership-mapper",
                          "config": {"full.path": "false", "attribute.name": "groups", "single": "true"}}
                      ]
                    }
                  ]
                }
                """.formatted(portalUrl, certificate, PASSWORD, CLIENT_SECRET);
    }
}
