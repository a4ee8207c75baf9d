package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.Account;
import dev.ssoportal.directory.App;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.Confirmation;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.RefreshTokens;
import dev.ssoportal.token.Revocations;
import java.util.Optional;

/** Gives the first tokens of a grant, once whatever stood for it has been used up: an authorization code, a device code. */
final class FirstTokens {
    private final RefreshTokens refreshTokens;
    private final Revocations revocations;
    private final Sessions sessions;
    private final PersonTokens tokens;

    FirstTokens(RefreshTokens refreshTokens, Revocations revocations, Sessions sessions, PersonTokens tokens) {
        this.sessions = sessions;
        this.refreshTokens = refreshTokens;
        this.revocations = revocations;
        this.tokens = tokens;
    }

    /**
     * Whether the session has ended is asked of the marks, which are pushed to every member; whoever calls has seen that its limit has not
     * passed.
     *
     * @param account the person, as her session knows her
     * @param narrowed what of the grant this request is about
     */
    TokenAnswer give(
            App app,
            Authorization granted,
            Account account,
            Authorization narrowed,
            Optional<Confirmation> confirmation) {
        if (revocations.isSessionRevoked(granted.sessionId())) {
            throw refused("the session has ended");
        }
        boolean mayRefresh = app.grants().contains(App.Grant.REFRESH_TOKEN)
                && granted.scopes().contains("offline_access");
        if (!mayRefresh) {
            requireNotTakenBack(granted);
            return tokens.answer(app, narrowed, account, confirmation, Optional.empty());
        }
        String refreshToken = refreshTokens.issue(granted.boundTo(app.isPublic() ? confirmation : Optional.empty()));
        revokeIfOvertaken(granted);
        return tokens.answer(app, narrowed, account, confirmation, Optional.of(refreshToken));
    }

    /**
     * A logout or a replay of the code while we were busy has revoked what there was; what came after it is revoked here. Whoever was first
     * with a code that others replay still gets an answer, with tokens that are worth nothing.
     */
    private void revokeIfOvertaken(Authorization authorization) {
        // A refresh token lives long, so the cluster is asked too, in case that this member has not heard yet.
        boolean sessionEnded = sessions.find(authorization.sessionId()).isEmpty();
        if (sessionEnded
                || revocations.isTakenBack(authorization)
                || revocations.isGrantRevoked(authorization.grantId())) {
            refreshTokens.revokeGrant(authorization.grantId());
        }
        if (sessionEnded) {
            throw refused("the session ended meanwhile");
        }
        requireNotTakenBack(authorization);
    }

    private void requireNotTakenBack(Authorization authorization) {
        if (revocations.isTakenBack(authorization)) {
            throw refused("the person has taken back what the app may do");
        }
    }

    private static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_GRANT, reason);
    }
}
