package dev.ssoportal.oidc;

import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.Client;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Json;
import dev.ssoportal.token.DeviceCodes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code POST /oauth2/device_authorization} (<a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.1">RFC 8628, 3.1</a>). */
public final class DeviceAuthorizationEndpoint implements Endpoint {
    private final ClientAuthenticator authenticator;
    private final AppCatalog catalog;
    private final DeviceCodes codes;
    private final String page;

    public DeviceAuthorizationEndpoint(
            String issuer, ClientAuthenticator authenticator, AppCatalog catalog, DeviceCodes codes) {
        this.authenticator = authenticator;
        this.catalog = catalog;
        this.codes = codes;
        this.page = issuer + "/device";
    }

    @Override
    public Reply handle(WebExchange exchange) {
        Client client = authenticator.authenticate(exchange);
        App app = AuthorizationCodeGrantHandler.requireApp(client, App.Grant.DEVICE_CODE);
        TokenForm form = new TokenForm(exchange.form());
        Set<String> scopes = RequestedScopes.allowed(catalog, app, form.scopes());
        List<String> audiences = RequestedScopes.audiences(catalog, scopes, List.of(), List.copyOf(form.targets()));
        DeviceCodes.Issued issued = codes.issue(app.id(), scopes, audiences);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("device_code", issued.deviceCode());
        answer.put("user_code", issued.userCode());
        answer.put("verification_uri", page);
        answer.put("verification_uri_complete", page + "?user_code=" + Parameters.encode(issued.userCode()));
        answer.put("expires_in", issued.lifetime().toSeconds());
        answer.put("interval", issued.interval().toSeconds());
        return Reply.json(200, Json.write(answer));
    }
}
