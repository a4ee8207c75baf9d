package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.config.TokenConfig;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.Confirmation;
import dev.ssoportal.token.OAuthError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code POST /oauth2/par} (<a href="https://www.rfc-editor.org/rfc/rfc9126#section-2">RFC 9126, section 2</a>): a client sends its
 * authorization request itself, authenticated, and everything that can be wrong with it is said at once.
 */
public final class PushEndpoint implements Endpoint {
    private static final Set<String> AUTHENTICATION =
            Set.of("client_secret", "client_assertion", "client_assertion_type");

    private final ClientAuthenticator authenticator;
    private final SenderProofs proofs;
    private final AuthorizeChecks checks;
    private final RequestObjects objects;
    private final PushedRequests pushed;
    private final TokenConfig config;

    public PushEndpoint(
            ClientAuthenticator authenticator,
            SenderProofs proofs,
            AuthorizeChecks checks,
            RequestObjects objects,
            PushedRequests pushed,
            TokenConfig config) {
        this.authenticator = authenticator;
        this.proofs = proofs;
        this.checks = checks;
        this.objects = objects;
        this.pushed = pushed;
        this.config = config;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Client client = authenticator.authenticate(exchange);
        App app = AuthorizationCodeGrantHandler.requireApp(client, App.Grant.AUTHORIZATION_CODE);
        Parameters form = exchange.form();
        if (form.single("request_uri").isPresent()) {
            throw invalid("request_uri is not allowed here");
        }
        if (form.single("client_id").filter(id -> !id.equals(app.id())).isPresent()) {
            throw invalid("client_id is not the client that authenticates");
        }
        Optional<String> requestObject = form.single("request");
        Parameters sent = requestObject.map(object -> objects.read(app, object)).orElseGet(() -> withClient(app, form));
        Parameters parameters =
                proofs.dpopKey(exchange).map(key -> boundTo(key, sent)).orElse(sent);
        AuthorizationRequests.Found found = new AuthorizationRequests.Found(
                parameters, Optional.empty(), true, requestObject.isPresent(), Optional.empty());
        AuthorizeRequest unused = checks.request(checks.redirect(found.parameters()), found);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("request_uri", pushed.push(app.id(), parameters, true, requestObject.isPresent()));
        answer.put("expires_in", config.pushedRequestLifetime().toSeconds());
        return Reply.json(201, Json.write(answer));
    }

    /** A proof that comes with a pushed request binds the code, as {@code dpop_jkt} would (RFC 9449, 10.1). */
    private static Parameters boundTo(Confirmation key, Parameters sent) {
        if (sent.single("dpop_jkt")
                .filter(thumbprint -> !thumbprint.equals(key.thumbprint()))
                .isPresent()) {
            throw new OAuthError(OAuth2Error.INVALID_DPOP_PROOF, "dpop_jkt is not the key of the proof");
        }
        Map<String, List<String>> parameters = new LinkedHashMap<>(sent.asMap());
        parameters.put("dpop_jkt", List.of(key.thumbprint()));
        return Parameters.of(parameters);
    }

    private static Parameters withClient(App app, Parameters form) {
        Map<String, List<String>> parameters = new LinkedHashMap<>(form.asMap());
        parameters.keySet().removeAll(AUTHENTICATION);
        parameters.put("client_id", List.of(app.id()));
        return Parameters.of(parameters);
    }

    private static OAuthError invalid(String description) {
        return new OAuthError(OAuth2Error.INVALID_REQUEST.setDescription(description), description);
    }
}
