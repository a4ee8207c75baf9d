package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.OAuthError;
import java.time.Clock;

/**
 * Finds out which client sends a request, by the one method it is registered for (OpenID Connect Core, <a
 * href="https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication">section 9</a>). Whether a client exists is not told:
 * every failure is the same {@code invalid_client}.
 */
public final class ClientAuthenticator {
    private final AppCatalog catalog;
    private final ClientAssertions assertions;
    private final ClientCertificates certificates;
    private final Clock clock;

    public ClientAuthenticator(
            AppCatalog catalog, ClientAssertions assertions, ClientCertificates certificates, Clock clock) {
        this.catalog = catalog;
        this.assertions = assertions;
        this.certificates = certificates;
        this.clock = clock;
    }

    /** The client that sends a form, authenticated; a public client by its {@code client_id} alone. */
    Client authenticate(WebExchange exchange) {
        PresentedClient presented = PresentedClient.read(exchange);
        Client client = catalog.client(presented.id()).orElseThrow(() -> refused("unknown client"));
        if (presented instanceof PresentedClient.BySecret bySecret) {
            requireMethod(client, bySecret.method());
            if (!client.acceptsSecret(bySecret.secret(), clock.instant())) {
                throw refused("wrong or expired secret of " + client.id());
            }
        } else if (presented instanceof PresentedClient.ByAssertion byAssertion) {
            requireMethod(client, Client.Authentication.PRIVATE_KEY_JWT);
            assertions.findFault(client, byAssertion.assertion()).ifPresent(fault -> {
                throw refused("assertion of " + client.id() + ": " + fault);
            });
        } else if (client.credentials().isByCertificate()) {
            certificates.findFault(client, exchange.clientCertificates()).ifPresent(fault -> {
                throw refused(client.id() + ": " + fault);
            });
        } else {
            requireMethod(client, Client.Authentication.NONE);
        }
        return client;
    }

    private static void requireMethod(Client client, Client.Authentication used) {
        if (!client.mayAuthenticateBy(used)) {
            throw refused(client.id() + " authenticated by " + used + " instead of "
                    + client.credentials().authentication());
        }
    }

    static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_CLIENT, reason);
    }
}
