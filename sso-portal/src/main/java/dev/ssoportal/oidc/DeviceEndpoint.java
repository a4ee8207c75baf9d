package dev.ssoportal.oidc;

import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.directory.AccessRule;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.Csrf;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.session.Sessions;
import dev.ssoportal.session.SignInCheck;
import dev.ssoportal.session.SsoSession;
import dev.ssoportal.token.Authorization;
import dev.ssoportal.token.Consents;
import dev.ssoportal.token.DeviceCodes;
import dev.ssoportal.token.RequestedClaims;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code /device}: where a person types the code that her device shows, sees which app asks for what, and allows it or not (<a
 * href="https://www.rfc-editor.org/rfc/rfc8628#section-3.3">RFC 8628, 3.3</a>). She is always asked, even for the organisation's own apps: whoever sends her a link
 * with a code in it may be holding the device (5.4).
 */
public final class DeviceEndpoint implements Endpoint {
    private final AppCatalog catalog;
    private final DeviceCodes codes;
    private final UserCodeThrottle throttle;
    private final SignInCheck signInCheck;
    private final Sessions sessions;
    private final Consents consents;
    private final Csrf csrf;
    private final RandomIds ids;
    private final AuditLog audit;
    private final Clock clock;

    public DeviceEndpoint(
            AppCatalog catalog,
            DeviceCodes codes,
            UserCodeThrottle throttle,
            SignInCheck signInCheck,
            Sessions sessions,
            Consents consents,
            Csrf csrf,
            RandomIds ids,
            AuditLog audit,
            Clock clock) {
        this.catalog = catalog;
        this.codes = codes;
        this.throttle = throttle;
        this.signInCheck = signInCheck;
        this.sessions = sessions;
        this.consents = consents;
        this.csrf = csrf;
        this.ids = ids;
        this.audit = audit;
        this.clock = clock;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        String typed = exchange.parameters().single("user_code").orElse("");
        Optional<SsoSession> session = sessions.current(exchange);
        if (session.isEmpty()) {
            return toSignIn(typed, false);
        }
        if (!"POST".equals(exchange.method())) {
            return form(typed, "");
        }
        csrf.check(exchange);
        if (!throttle.admits(session.get())) {
            return form("", "device.too-often");
        }
        Optional<DeviceCodes.Device> device = codes.find(typed);
        Optional<App> app = device.flatMap(found -> catalog.app(found.clientId()));
        if (app.isEmpty()) {
            return form("", "device.unknown");
        }
        throttle.forgive(session.get());
        return decide(exchange, session.get(), app.get(), device.get());
    }

    private static Reply toSignIn(String userCode, boolean fresh) {
        String back = "/device" + (userCode.isEmpty() ? "" : "?user_code=" + Parameters.encode(userCode));
        return Reply.seeOther("/login?return=" + Parameters.encode(back) + (fresh ? "&fresh=1" : ""));
    }

    private static Reply form(String userCode, String problem) {
        return Reply.page("device", Map.of("userCode", userCode, "problem", problem));
    }

    private Reply decide(WebExchange exchange, SsoSession session, App app, DeviceCodes.Device device) {
        AccessRule.Decision access = app.access().decide(session.account());
        if (!access.allowed()) {
            throw new PageError(403, "error.access-denied", app.id() + " by device: " + access.reason());
        }
        SignInCheck.Verdict verdict =
                signInCheck.judge(Optional.of(session), app.maxAuthenticationAge(), app.acrValues(), Optional.empty());
        if (verdict != SignInCheck.Verdict.GOOD) {
            return toSignIn(DeviceCodes.shown(device.userCode()), true);
        }
        Optional<String> decision = exchange.form().single("decision");
        return decision.isEmpty()
                ? confirmation(exchange, session, app, device)
                : decided(session, app, device, "accept".equals(decision.get()));
    }

    private Reply confirmation(WebExchange exchange, SsoSession session, App app, DeviceCodes.Device device) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("app", app.name());
        model.put("description", app.description(exchange.locale()));
        model.put("person", session.account().name());
        model.put("scopes", catalog.described(device.scopes()));
        model.put("userCode", DeviceCodes.shown(device.userCode()));
        return Reply.page("device-confirm", model);
    }

    private Reply decided(SsoSession session, App app, DeviceCodes.Device device, boolean accepted) {
        Optional<Authorization> authorization =
                accepted && sessions.join(session, app.id()).isPresent()
                        ? Optional.of(authorization(session, app, device))
                        : Optional.empty();
        if (!codes.decide(device.userCode(), authorization)) {
            return form("", "device.unknown");
        }
        if (authorization.isPresent()) {
            consents.grant(session.account().id(), app.id(), device.scopes());
        }
        audit.record(
                authorization.isPresent() ? AuditLog.Event.CONSENT_GRANTED : AuditLog.Event.CONSENT_DENIED,
                "client",
                app.id(),
                "sub",
                session.account().id(),
                "by",
                "device");
        return Reply.page("device-done", Map.of("app", app.name(), "allowed", authorization.isPresent()));
    }

    private Authorization authorization(SsoSession session, App app, DeviceCodes.Device device) {
        return new Authorization(
                ids.id(),
                app.id(),
                session.account().id(),
                session.id(),
                device.scopes(),
                device.audiences(),
                RequestedClaims.NONE,
                List.of(),
                session.authTime(),
                session.acr(),
                session.amr(),
                Optional.empty(),
                Optional.empty(),
                clock.instant());
    }
}
