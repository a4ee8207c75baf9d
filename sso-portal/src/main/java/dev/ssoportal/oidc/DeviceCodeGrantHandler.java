package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationGrantError;
import dev.ssoportal.directory.App;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.DeviceCodes;
import dev.ssoportal.token.OAuthError;
import java.util.Optional;

/** The grant of a device that waits for a person (<a href="https://www.rfc-editor.org/rfc/rfc8628#section-3.4">RFC 8628, 3.4 and 3.5</a>). */
final class DeviceCodeGrantHandler implements GrantHandler {
    private final DeviceCodes codes;
    private final PersonTokens tokens;
    private final Sessions sessions;
    private final FirstTokens firstTokens;

    DeviceCodeGrantHandler(DeviceCodes codes, Sessions sessions, PersonTokens tokens, FirstTokens firstTokens) {
        this.sessions = sessions;
        this.codes = codes;
        this.tokens = tokens;
        this.firstTokens = firstTokens;
    }

    @Override
    public String grantType() {
        return App.Grant.DEVICE_CODE.value();
    }

    @Override
    public TokenAnswer handle(TokenRequest request) {
        App app = AuthorizationCodeGrantHandler.requireApp(request.client(), App.Grant.DEVICE_CODE);
        String code = request.form().required("device_code");
        // What cannot be asked for is refused before the code is used up: the device may ask again.
        Optional<Authorization> narrowed = codes.peek(code)
                .filter(found -> found.clientId().equals(app.id()))
                .map(found -> tokens.narrowed(found, request.form()));
        narrowed.ifPresent(found -> tokens.requireKeys(app));
        DeviceCodes.Answer answer = codes.poll(code, app.id());
        if (answer instanceof DeviceCodes.Answer.Granted granted) {
            return firstTokens.give(
                    app,
                    granted.authorization(),
                    sessions.find(granted.authorization().sessionId())
                            .map(SsoSession::account)
                            .orElseThrow(() -> new OAuthError(OAuth2Error.INVALID_GRANT, "the session has ended")),
                    narrowed.orElseGet(() -> tokens.narrowed(granted.authorization(), request.form())),
                    request.confirmation());
        }
        throw new OAuthError(
                error(answer), "the device hears " + answer.getClass().getSimpleName());
    }

    private static ErrorObject error(DeviceCodes.Answer answer) {
        if (answer instanceof DeviceCodes.Answer.Pending) {
            return DeviceAuthorizationGrantError.AUTHORIZATION_PENDING;
        }
        if (answer instanceof DeviceCodes.Answer.TooFast) {
            return DeviceAuthorizationGrantError.SLOW_DOWN;
        }
        return answer instanceof DeviceCodes.Answer.Denied
                ? OAuth2Error.ACCESS_DENIED
                : DeviceAuthorizationGrantError.EXPIRED_TOKEN;
    }
}
