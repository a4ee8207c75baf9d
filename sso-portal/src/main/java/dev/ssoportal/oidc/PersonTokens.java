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
import java.util.Map;
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
        List<Map<String, Object>> details = details(granted, form);
        List<String> audiences = audiences(granted, form, scopes, details);
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
        return granted.narrowedTo(
                own,
                audiences,
                details.stream()
                        .filter(detail ->
                                audiences.containsAll(AuthorizationDetails.audiences(catalog, List.of(detail))))
                        .toList());
    }

    /** Details asked for again have to be among those granted, the very same (RFC 9396, section 6). */
    private List<Map<String, Object>> details(Authorization granted, TokenForm form) {
        Optional<String> asked = form.optional("authorization_details");
        if (asked.isEmpty()) {
            return granted.details();
        }
        App app = catalog.app(granted.clientId()).orElseThrow(() -> AuthorizationDetails.refused("no such app"));
        List<Map<String, Object>> details = AuthorizationDetails.read(catalog, app, asked);
        if (!granted.details().containsAll(details)) {
            throw AuthorizationDetails.refused("more than granted");
        }
        return details;
    }

    private List<String> audiences(
            Authorization granted, TokenForm form, Set<String> scopes, List<Map<String, Object>> details) {
        Set<String> asked = form.targets();
        if (asked.isEmpty()) {
            Set<String> meant = new LinkedHashSet<>(AuthorizationDetails.audiences(catalog, details));
            catalog.apisOf(scopes).forEach(api -> meant.add(api.audience()));
            return granted.audiences().stream().filter(meant::contains).toList();
        }
        if (!granted.audiences().containsAll(asked)) {
            throw new OAuthError(OAuth2Error.INVALID_TARGET, "asked for more resources than granted");
        }
        return List.copyOf(asked);
    }

    /** Finds out what could fail once a code or a refresh token is used up. */
    void requireKeys(App app) {
        encryption.requireKey(app, app.rules().responses().idTokenEncryption());
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
                        accessToken,
                        confirmation,
                        issuer.accessTokenLifetime(),
                        authorization.scopes(),
                        idToken,
                        refreshToken)
                .with(authorization.details());
    }
}
