package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.Api;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.Confirmation;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.TokenIssuer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a code and a refresh token are exchanged for. */
final class PersonTokens {
    private final TokenIssuer issuer;
    private final AppCatalog catalog;
    private final ClientEncryption encryption;

    PersonTokens(TokenIssuer issuer, AppCatalog catalog, ClientEncryption encryption) {
        this.encryption = encryption;
        this.issuer = issuer;
        this.catalog = catalog;
    }

    /**
     * What of a grant this token request is about: one API at most, its scopes and those of OpenID (RFC 8707, <a
     * href="https://www.rfc-editor.org/rfc/rfc8707#section-2.2">2.2</a>; RFC 6749, section 6).
     *
     * @throws OAuthError when it asks for more than was granted, or for several APIs at once
     */
    Authorization narrowed(Authorization granted, TokenForm form) {
        Set<String> asked = form.scopes();
        Set<String> scopes = asked.isEmpty() ? granted.scopes() : asked;
        if (!granted.scopes().containsAll(scopes)) {
            throw new OAuthError(OAuth2Error.INVALID_SCOPE, "asked for more scopes than granted");
        }
        List<String> audiences = audiences(granted, form, scopes);
        if (audiences.size() > 1) {
            throw new OAuthError(
                    OAuth2Error.INVALID_TARGET.setDescription("Name one API by resource"),
                    "the scopes lead to " + audiences);
        }
        Set<String> foreign = new LinkedHashSet<>();
        granted.audiences().stream()
                .filter(audience -> !audiences.contains(audience))
                .flatMap(audience -> catalog.api(audience).stream())
                .forEach(api -> foreign.addAll(api.scopes()));
        audiences.stream()
                .flatMap(audience -> catalog.api(audience).stream())
                .map(Api::scopes)
                .forEach(foreign::removeAll);
        Set<String> own = new LinkedHashSet<>(scopes);
        own.removeAll(foreign);
        return granted.narrowedTo(own, audiences);
    }

    private List<String> audiences(Authorization granted, TokenForm form, Set<String> scopes) {
        Set<String> asked = form.targets();
        if (asked.isEmpty()) {
            List<String> ofScopes =
                    catalog.apisOf(scopes).stream().map(Api::audience).toList();
            return granted.audiences().stream().filter(ofScopes::contains).toList();
        }
        if (!granted.audiences().containsAll(asked)) {
            throw new OAuthError(OAuth2Error.INVALID_TARGET, "asked for more resources than granted");
        }
        return List.copyOf(asked);
    }

    /** @param authorization narrowed */
    TokenAnswer answer(
            App app,
            Authorization authorization,
            Account account,
            Optional<Confirmation> confirmation,
            Optional<String> refreshToken) {
        String accessToken = issuer.accessTokenForPerson(authorization, account, confirmation);
        Optional<String> idToken = authorization.scopes().contains("openid")
                ? Optional.of(encryption.encrypt(
                        app,
                        app.rules().responses().idTokenEncryption(),
                        issuer.idToken(app, authorization, account, accessToken)))
                : Optional.empty();
        return TokenAnswer.of(
                accessToken, confirmation, issuer.accessTokenLifetime(), authorization.scopes(), idToken, refreshToken);
    }
}
