package dev.ssoportal;

import dev.ssoportal.http.Routes;
import dev.ssoportal.oidc.AuthorizationRequests;
import dev.ssoportal.oidc.AuthorizationResponses;
import dev.ssoportal.oidc.AuthorizeChecks;
import dev.ssoportal.oidc.AuthorizeEndpoint;
import dev.ssoportal.oidc.ClientAssertions;
import dev.ssoportal.oidc.ClientAuthenticator;
import dev.ssoportal.oidc.ClientCertificates;
import dev.ssoportal.oidc.ClientEncryption;
import dev.ssoportal.oidc.ClientKeySets;
import dev.ssoportal.oidc.ConsentEndpoint;
import dev.ssoportal.oidc.DeviceAuthorizationEndpoint;
import dev.ssoportal.oidc.DeviceEndpoint;
import dev.ssoportal.oidc.DiscoveryEndpoint;
import dev.ssoportal.oidc.DpopNonces;
import dev.ssoportal.oidc.DpopProofs;
import dev.ssoportal.oidc.EndSessionEndpoint;
import dev.ssoportal.oidc.Grants;
import dev.ssoportal.oidc.IdTokenHints;
import dev.ssoportal.oidc.Interactions;
import dev.ssoportal.oidc.IntrospectEndpoint;
import dev.ssoportal.oidc.JsonErrors;
import dev.ssoportal.oidc.JwksEndpoint;
import dev.ssoportal.oidc.PresentedTokens;
import dev.ssoportal.oidc.PushEndpoint;
import dev.ssoportal.oidc.PushedRequests;
import dev.ssoportal.oidc.RequestObjects;
import dev.ssoportal.oidc.RevocationFeedEndpoint;
import dev.ssoportal.oidc.RevokeEndpoint;
import dev.ssoportal.oidc.SenderProofs;
import dev.ssoportal.oidc.TokenEndpoint;
import dev.ssoportal.oidc.UserCodeThrottle;
import dev.ssoportal.oidc.UserInfoEndpoint;
import dev.ssoportal.oidc.registration.RegistrationEndpoint;
import dev.ssoportal.oidc.registration.RegistrationThrottle;
import dev.ssoportal.session.SignInCheck;
import dev.ssoportal.token.DeviceCodes;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The OpenID provider. */
final class OidcRoutes {
    private final Core core;
    private final ClientKeySets clientKeys;
    private final ClientEncryption encryption;
    private final ClientAuthenticator authenticator;
    private final SenderProofs proofs;
    private final PresentedTokens presented;
    private final IdTokenHints hints;

    OidcRoutes(Core core) {
        this.core = core;
        this.clientKeys = new ClientKeySets(core.clientDocuments, core.clock);
        this.encryption = new ClientEncryption(clientKeys);
        this.authenticator = new ClientAuthenticator(
                core.catalog,
                new ClientAssertions(baseUrls(), core.cluster, clientKeys, core.clock),
                new ClientCertificates(core.config.server().clientCertificates().trust(), clientKeys, core.clock),
                core.clock);
        this.proofs = new SenderProofs(new DpopProofs(
                baseUrls(),
                new DpopNonces(core.masterKey, core.config.tokens().requireDpopNonces(), core.clock),
                core.cluster,
                core.clock));
        this.presented = new PresentedTokens(core.accessTokens, proofs);
        this.hints = new IdTokenHints(core.issuer, core.signingKeys);
    }

    private List<String> baseUrls() {
        Optional<URI> certificates = core.config.server().clientCertificates().baseUrl();
        return Stream.concat(Stream.of(core.issuer), certificates.map(URI::toString).stream())
                .toList();
    }

    void add(Routes routes) {
        metadata(routes);
        authorization(routes);
        tokens(routes);
        resources(routes);
        if (core.config.registration().isOn()) {
            registration(routes);
        }
    }

    private void metadata(Routes routes) {
        DiscoveryEndpoint discovery = new DiscoveryEndpoint(
                core.issuer,
                core.catalog,
                core.providers.acrValues(),
                core.config.server().clientCertificates(),
                core.config.registration(),
                core.config.tokens().jwsAlgorithms());
        routes.getJson("/.well-known/openid-configuration", discovery)
                .getJson("/.well-known/oauth-authorization-server", discovery::oauth)
                .getJson("/oauth2/jwks", new JwksEndpoint(core.signingKeys));
    }

    private void authorization(Routes routes) {
        Interactions interactions = new Interactions(core.cluster, core.config.session(), core.ids, core.clock);
        PushedRequests pushed =
                new PushedRequests(core.cluster, core.config.tokens(), core.config.session(), core.ids, core.clock);
        RequestObjects requestObjects = new RequestObjects(core.issuer, clientKeys, core.clock);
        AuthorizationRequests requests =
                new AuthorizationRequests(core.catalog, pushed, requestObjects, core.requestDocuments);
        AuthorizationResponses responses = new AuthorizationResponses(core.issuer, core.tokenIssuer, encryption);
        AuthorizeChecks checks = new AuthorizeChecks(core.catalog, hints, core.subjects, core.providers.acrValues());
        AuthorizeEndpoint authorize = new AuthorizeEndpoint(
                core.catalog,
                requests,
                checks,
                responses,
                new SignInCheck(core.clock),
                core.sessions,
                interactions,
                core.consents,
                core.codes,
                core.ids,
                core.audit,
                core.clock);
        ConsentEndpoint consent = new ConsentEndpoint(
                requests, checks, responses, core.sessions, interactions, core.consents, core.csrf, core.audit);
        PushEndpoint push =
                new PushEndpoint(authenticator, proofs, checks, requestObjects, pushed, core.config.tokens());
        EndSessionEndpoint endSession = new EndSessionEndpoint(
                core.catalog, core.subjects, hints, core.sessions, core.sessionEnder, core.cookies);
        routes.get("/oauth2/authorize", authorize)
                .post("/oauth2/authorize", authorize)
                .post("/oauth2/consent", consent)
                .shared("POST", "/oauth2/par", new JsonErrors(push))
                .get("/oauth2/logout", endSession)
                .post("/oauth2/logout", endSession);
    }

    private void tokens(Routes routes) {
        DeviceCodes deviceCodes = new DeviceCodes(core.cluster, core.config.tokens(), core.ids, core.clock);
        device(routes, deviceCodes);
        TokenEndpoint token = new TokenEndpoint(
                authenticator,
                proofs,
                Grants.all(
                        core.issuer,
                        core.catalog,
                        core.codes,
                        deviceCodes,
                        core.refreshTokens,
                        core.revocations,
                        core.sessions,
                        core.tokenIssuer,
                        encryption,
                        core.audit));
        IntrospectEndpoint introspect = new IntrospectEndpoint(
                authenticator, core.accessTokens, core.refreshTokens, core.subjects, core.tokenIssuer, encryption);
        RevokeEndpoint revoke = new RevokeEndpoint(
                authenticator, core.accessTokens, core.refreshTokens, core.revocations, core.subjects, core.audit);
        routes.shared("POST", "/oauth2/token", new JsonErrors(token))
                .postJson("/oauth2/introspect", new JsonErrors(introspect))
                .shared("POST", "/oauth2/revoke", new JsonErrors(revoke));
    }

    private void device(Routes routes, DeviceCodes codes) {
        DeviceEndpoint page = new DeviceEndpoint(
                core.catalog,
                codes,
                new UserCodeThrottle(core.cluster, core.clock),
                new SignInCheck(core.clock),
                core.sessions,
                core.consents,
                core.csrf,
                core.ids,
                core.audit,
                core.clock);
        DeviceAuthorizationEndpoint authorization =
                new DeviceAuthorizationEndpoint(core.issuer, authenticator, core.catalog, codes);
        routes.get("/device", page)
                .post("/device", page)
                .shared("POST", "/oauth2/device_authorization", new JsonErrors(authorization));
    }

    private void resources(Routes routes) {
        JsonErrors userInfo = new JsonErrors(new UserInfoEndpoint(
                core.issuer,
                presented,
                core.sessions,
                core.accounts,
                core.catalog,
                core.subjects,
                core.tokenIssuer,
                encryption));
        RevocationFeedEndpoint feed = new RevocationFeedEndpoint(core.issuer, presented, core.feed);
        routes.shared("GET", "/oauth2/userinfo", userInfo)
                .shared("POST", "/oauth2/userinfo", userInfo)
                .getJson("/oauth2/revocations", new JsonErrors(feed));
    }

    private void revokeClient(String clientId) {
        core.revocations.revokeClient(clientId);
        core.refreshTokens.revokeClient(clientId);
    }

    private void registration(Routes routes) {
        RegistrationEndpoint endpoint = new RegistrationEndpoint(
                core.issuer,
                core.registered,
                core.config.registration(),
                new RegistrationThrottle(
                        core.cluster, core.config.registration().perHour(), core.clock),
                this::revokeClient,
                core.audit);
        routes.postJson("/oauth2/register", new JsonErrors(endpoint))
                .getJson("/oauth2/register/{id}", new JsonErrors(endpoint::read))
                .putJson("/oauth2/register/{id}", new JsonErrors(endpoint::update))
                .deleteJson("/oauth2/register/{id}", new JsonErrors(endpoint::delete));
    }
}
