package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.Client;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.AuthorizationCodes;
import dev.ssoportal.token.Confirmation;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code authorization_code} (RFC 6749, 4.1.3; PKCE: RFC 7636, 4.6). */
final class AuthorizationCodeGrantHandler implements GrantHandler {
    private static final Pattern VERIFIER = Pattern.compile("[A-Za-z0-9._~-]{43,128}");

    private final AuthorizationCodes codes;
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final PersonTokens tokens;
    private final FirstTokens firstTokens;
    private final AuditLog audit;

    AuthorizationCodeGrantHandler(
            AuthorizationCodes codes,
            RefreshTokens refreshTokens,
            Revocations revocations,
            PersonTokens tokens,
            FirstTokens firstTokens,
            AuditLog audit) {
        this.codes = codes;
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.tokens = tokens;
        this.firstTokens = firstTokens;
        this.audit = audit;
    }

    @Override
    public String grantType() {
        return "authorization_code";
    }

    @Override
    public TokenAnswer handle(TokenRequest request) {
        TokenForm form = request.form();
        App app = requireApp(request.client(), App.Grant.AUTHORIZATION_CODE);
        String code = form.required("code");
        Optional<String> redirectUri = form.optional("redirect_uri");
        Optional<String> verifier = form.optional("code_verifier");
        // Before the code is marked, since it may take a while.
        tokens.requireKeys(app);
        AuthorizationCodes.Redemption redemption = codes.redeem(code);
        if (redemption instanceof AuthorizationCodes.Redemption.AlreadyUsed used) {
            if (used.authorization().clientId().equals(app.id())) {
                revokeFamily(used.authorization());
            }
            throw refused("the code was redeemed before; everything given for it is revoked");
        }
        if (!(redemption instanceof AuthorizationCodes.Redemption.Redeemed redeemed)) {
            throw refused("unknown or expired code");
        }
        Authorization authorization = redeemed.authorization();
        if (!authorization.clientId().equals(app.id())) {
            throw refused("the code was issued to another client");
        }
        requireSameRedirectUri(redirectUri, redeemed);
        requireVerifier(app, verifier, redeemed.codeChallenge());
        requireSameSender(authorization, request.confirmation());
        return firstTokens.give(
                app, authorization, redeemed.account(), narrowed(form, code, redeemed), request.confirmation());
    }

    /** What cannot be asked for does not cost the code: the app may ask again. */
    private Authorization narrowed(TokenForm form, String code, AuthorizationCodes.Redemption.Redeemed redeemed) {
        try {
            return tokens.narrowed(redeemed.authorization(), form);
        } catch (RuntimeException e) {
            giveBack(code, redeemed, e);
            throw e;
        }
    }

    private void giveBack(String code, AuthorizationCodes.Redemption.Redeemed redeemed, RuntimeException mistake) {
        try {
            codes.giveBack(code, redeemed);
        } catch (UncheckedIOException e) {
            // The code is lost; what was wrong is still the better answer.
            mistake.addSuppressed(e);
        }
    }

    private void revokeFamily(Authorization authorization) {
        revocations.revokeGrant(authorization.grantId());
        refreshTokens.revokeGrant(authorization.grantId());
        audit.record(AuditLog.Event.CODE_REUSED, "client", authorization.clientId(), "sub", authorization.accountId());
    }

    /** The redirect URI has to be repeated, the very same (RFC 6749, 4.1.3). */
    private static void requireSameRedirectUri(
            Optional<String> redirectUri, AuthorizationCodes.Redemption.Redeemed redeemed) {
        if (!redirectUri.equals(Optional.of(redeemed.redirectUri()))) {
            throw refused("redirect_uri differs from that of the authorization request");
        }
    }

    /** A code that was asked for with a key is for the holder of the key (RFC 9449, section 10). */
    static void requireSameSender(Authorization authorization, Optional<Confirmation> confirmation) {
        if (authorization.boundTo().isPresent() && !authorization.boundTo().equals(confirmation)) {
            throw refused("bound to another key than that of the proof");
        }
    }

    private static void requireVerifier(App app, Optional<String> verifier, Optional<String> challenge) {
        if (challenge.isEmpty() && verifier.isEmpty()) {
            return;
        }
        if (challenge.isEmpty() || verifier.isEmpty()) {
            throw refused(app.id() + " sent a code_verifier without a code_challenge, or the other way round");
        }
        if (!VERIFIER.matcher(verifier.get()).matches()) {
            throw refused("a code_verifier that is none (RFC 7636, 4.1)");
        }
        String computed = Base64.getUrlEncoder().withoutPadding().encodeToString(SecretHash.sha256(verifier.get()));
        if (!SecretHash.same(computed, challenge.get())) {
            throw refused("code_verifier does not match");
        }
    }

    static App requireApp(Client client, App.Grant grant) {
        if (client instanceof App app && app.grants().contains(grant)) {
            return app;
        }
        throw new OAuthError(OAuth2Error.UNAUTHORIZED_CLIENT, client.id() + " may not use this grant");
    }

    private static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_GRANT, reason);
    }
}
