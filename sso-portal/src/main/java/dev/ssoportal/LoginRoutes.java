package dev.ssoportal;

import dev.ssoportal.crypto.PasswordHash;
import dev.ssoportal.http.Routes;
import dev.ssoportal.login.CallbackEndpoint;
import dev.ssoportal.login.FinishEndpoint;
import dev.ssoportal.login.LocalCredentials;
import dev.ssoportal.login.LoginAttempts;
import dev.ssoportal.login.LoginEndpoint;
import dev.ssoportal.login.MetadataEndpoint;
import dev.ssoportal.login.PasswordEndpoint;
import dev.ssoportal.login.SignIn;
import dev.ssoportal.login.SignInThrottle;
import dev.ssoportal.login.UpstreamLogoutEndpoint;

/** The ways in, and the messages of providers. */
final class LoginRoutes {
    private LoginRoutes() {}

    static void add(Routes routes, Core core) {
        LoginAttempts attempts = new LoginAttempts(core.cluster, core.config.session(), core.ids, core.clock);
        LocalCredentials credentials = new LocalCredentials(core.config.localAccounts(), new PasswordHash(core.ids));
        SignIn signIn = new SignIn(core.accounts, core.sessions, core.sessionEnder, core.cookies, core.audit);
        PasswordEndpoint password = new PasswordEndpoint(
                credentials,
                new SignInThrottle(core.cluster, core.clock),
                signIn,
                core.sessions,
                core.config.session(),
                !core.config.identityProviders().isEmpty(),
                core.csrf,
                core.audit,
                core.clock);
        CallbackEndpoint callback = new CallbackEndpoint(core.providers, attempts, core.sessions);
        UpstreamLogoutEndpoint upstreamLogout = new UpstreamLogoutEndpoint(core.providers);
        routes.get(
                        "/login",
                        new LoginEndpoint(
                                core.providers,
                                credentials,
                                attempts,
                                core.sessions,
                                core.config.session(),
                                core.csrf,
                                core.cookies))
                .get("/login/password", password)
                .post("/login/password", password)
                .get("/login/finish", new FinishEndpoint(attempts, core.providers, signIn, core.sessions, core.csrf))
                .get("/federation/{idp}/callback", callback)
                .post("/federation/{idp}/callback", callback)
                .get("/federation/{idp}/metadata", new MetadataEndpoint(core.providers))
                .get("/federation/{idp}/logout", upstreamLogout)
                .post("/federation/{idp}/logout", upstreamLogout);
    }
}
