package dev.ssoportal;

import dev.ssoportal.account.AccountAppsEndpoint;
import dev.ssoportal.account.AccountSessionsEndpoint;
import dev.ssoportal.account.AdminSessionsEndpoint;
import dev.ssoportal.account.SessionRows;
import dev.ssoportal.http.Routes;

/** What people see of themselves, and administrators of others. */
final class AccountRoutes {
    private AccountRoutes() {}

    static void add(Routes routes, Core core) {
        SessionRows sessionRows = new SessionRows(core.catalog, core.providers.names());
        AccountSessionsEndpoint accountSessions = new AccountSessionsEndpoint(
                core.sessions,
                core.sessionEnder,
                core.notices,
                sessionRows,
                core.config.administrators(),
                core.csrf,
                core.clock);
        AdminSessionsEndpoint adminSessions = new AdminSessionsEndpoint(
                core.sessions,
                core.sessionEnder,
                core.accounts,
                sessionRows,
                core.config.administrators(),
                core.csrf,
                core.audit,
                core.clock);
        AccountAppsEndpoint accountApps = new AccountAppsEndpoint(
                core.sessions,
                core.consents,
                core.refreshTokens,
                core.revocations,
                core.catalog,
                core.csrf,
                core.audit,
                core.clock);
        routes.get("/account/sessions", accountSessions)
                .post("/account/sessions", accountSessions)
                .get("/admin/sessions", adminSessions)
                .post("/admin/sessions", adminSessions)
                .get("/account/apps", accountApps)
                .post("/account/apps", accountApps);
    }
}
