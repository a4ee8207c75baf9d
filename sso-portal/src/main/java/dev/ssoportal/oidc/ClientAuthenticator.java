package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PlainClientSecret;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.Client;
import dev.ssoportal.token.OAuthError;
import java.time.Clock;
import java.util.Optional;

/**
 * Finds out which client sends a request, by the one method it is registered for (OpenID Connect Core, <a
 * href="https://openid.net/specs/openid-connect-core-1_0.html#ClientAuthentication">section 9</a>). Whether a client exists is not told:
 * every failure is the same {@code invalid_client}.
 */
public final class ClientAuthenticator {
    private final AppCatalog catalog;
    private final ClientAssertions assertions;
    private final Clock clock;

    public ClientAuthenticator(AppCatalog catalog, ClientAssertions assertions, Clock clock) {
        this.catalog = catalog;
        this.assertions = assertions;
        this.clock = clock;
    }

    /** The client of a form, authenticated; a public client by its {@code client_id} alone. */
    Client authenticate(HTTPRequest request) {
        return authenticate(parse(request), clientId(request));
    }

    /**
     * @param authentication what was sent; null when nothing was
     * @param clientId {@code client_id} of the form, for public clients
     */
    Client authenticate(ClientAuthentication authentication, Optional<String> clientId) {
        if (authentication == null) {
            return clientId.flatMap(catalog::client)
                    .filter(client -> client.authentication() == Client.Authentication.NONE)
                    .orElseThrow(() -> refused("no authentication, and no public client of this id"));
        }
        Client client =
                catalog.client(authentication.getClientID().getValue()).orElseThrow(() -> refused("unknown client"));
        switch (client.authentication()) {
            case CLIENT_SECRET_BASIC -> requireSecret(client, authentication, ClientSecretBasic.class);
            case CLIENT_SECRET_POST -> requireSecret(client, authentication, ClientSecretPost.class);
            case PRIVATE_KEY_JWT -> requireAssertion(client, authentication);
            case NONE -> throw refused("a public client tried to authenticate");
        }
        return client;
    }

    private void requireSecret(
            Client client, ClientAuthentication authentication, Class<? extends PlainClientSecret> registered) {
        if (!registered.isInstance(authentication)) {
            throw refused("authenticated by " + authentication.getMethod() + " instead of " + client.authentication());
        }
        String secret = ((PlainClientSecret) authentication).getClientSecret().getValue();
        if (!client.acceptsSecret(secret, clock.instant())) {
            throw refused("wrong or expired secret of " + client.id());
        }
    }

    private void requireAssertion(Client client, ClientAuthentication authentication) {
        if (!(authentication instanceof PrivateKeyJWT assertion)) {
            throw refused("authenticated by " + authentication.getMethod() + " instead of private_key_jwt");
        }
        assertions.findFault(client, assertion).ifPresent(fault -> {
            throw refused("assertion of " + client.id() + ": " + fault);
        });
    }

    private static ClientAuthentication parse(HTTPRequest request) {
        try {
            return ClientAuthentication.parse(request);
        } catch (ParseException e) {
            throw refused("unreadable client authentication: " + e.getMessage());
        }
    }

    private static Optional<String> clientId(HTTPRequest request) {
        try {
            return Optional.ofNullable(request.getBodyAsFormParameters().get("client_id"))
                    .filter(values -> values.size() == 1)
                    .map(values -> values.get(0));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }

    static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_CLIENT, reason);
    }
}
