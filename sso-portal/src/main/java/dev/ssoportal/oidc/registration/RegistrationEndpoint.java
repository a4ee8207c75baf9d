package dev.ssoportal.oidc.registration;

import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import dev.ssoportal.audit.AuditLog;
import dev.ssoportal.config.RegistrationConfig;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.oidc.PresentedTokens;
import dev.ssoportal.token.OAuthError;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import net.minidev.json.JSONObject;

/**
 * {@code POST /oauth2/register} (<a href="https://www.rfc-editor.org/rfc/rfc7591#section-3">RFC 7591, section 3</a>), and {@code GET}, {@code PUT} and {@code DELETE
 * /oauth2/register/{id}} (<a href="https://www.rfc-editor.org/rfc/rfc7592#section-2">RFC 7592, section 2</a>). A secret is told when it is made and never again: we
 * keep its hash.
 */
public final class RegistrationEndpoint implements Endpoint {
    /** What a client sends back of our answer, and is not metadata (RFC 7592, 2.2). */
    private static final Set<String> OURS = Set.of(
            "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at");

    private static final int MAX_CHARACTERS = 32 * 1024;

    private final String uri;
    private final RegisteredClients clients;
    private final RegistrationConfig config;
    private final RegistrationThrottle throttle;
    private final Consumer<String> deleted;
    private final AuditLog audit;

    /** @param deleted hears of a client that is gone, and revokes what it has been given */
    public RegistrationEndpoint(
            String issuer,
            RegisteredClients clients,
            RegistrationConfig config,
            RegistrationThrottle throttle,
            Consumer<String> deleted,
            AuditLog audit) {
        this.uri = issuer + "/oauth2/register";
        this.clients = clients;
        this.config = config;
        this.throttle = throttle;
        this.deleted = deleted;
        this.audit = audit;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        requireInitialToken(exchange);
        throttle.count(exchange.clientAddress());
        RegisteredClients.Issued issued = clients.register(json(exchange));
        audit.record(
                AuditLog.Event.CLIENT_REGISTERED, "client", issued.row().id(), "address", exchange.clientAddress());
        return answer(201, issued);
    }

    private void requireInitialToken(WebExchange exchange) {
        if (config.mode() == RegistrationConfig.Mode.OPEN) {
            return;
        }
        String token = PresentedTokens.bearer(exchange)
                .orElseThrow(() -> new OAuthError(BearerTokenError.MISSING_TOKEN, "no initial access token"));
        boolean known = false;
        for (String hash : config.initialTokens()) {
            known |= SecretHash.matches(token, hash);
        }
        if (!known) {
            throw new OAuthError(BearerTokenError.INVALID_TOKEN, "not an initial access token");
        }
    }

    private static String json(WebExchange exchange) {
        String json = exchange.bodyText();
        if (json.length() > MAX_CHARACTERS) {
            throw ClientMetadataReader.invalid("more than " + MAX_CHARACTERS + " characters");
        }
        return json;
    }

    /** {@code GET}: what is registered. */
    public Reply read(WebExchange exchange) {
        String token = token(exchange);
        return answer(200, new RegisteredClients.Issued(owned(exchange, token), Optional.empty(), token));
    }

    /** {@code PUT}: something else instead. */
    public Reply update(WebExchange exchange) {
        String token = token(exchange);
        RegisteredClientStore.Row row = owned(exchange, token);
        JSONObject sent = ClientMetadataReader.object(json(exchange));
        if (!row.id().equals(sent.get("client_id"))) {
            throw ClientMetadataReader.invalid("client_id is not the client's");
        }
        if (sent.get("client_secret") instanceof String secret && !SecretHash.matches(secret, row.secretHash())) {
            throw ClientMetadataReader.invalid("client_secret is not the client's; it cannot be chosen");
        }
        sent.keySet().removeAll(OURS);
        sent.keySet().removeAll(Set.of("client_id", "client_secret"));
        RegisteredClients.Issued issued = clients.update(row, sent.toJSONString(), token);
        audit.record(AuditLog.Event.CLIENT_CHANGED, "client", row.id(), "address", exchange.clientAddress());
        return answer(200, issued);
    }

    /** {@code DELETE}: it is gone, and so is what it has been given. */
    public Reply delete(WebExchange exchange) {
        RegisteredClientStore.Row row = owned(exchange, token(exchange));
        // In this order: a failure in between can be repeated.
        deleted.accept(row.id());
        clients.delete(row.id());
        audit.record(AuditLog.Event.CLIENT_DELETED, "client", row.id(), "address", exchange.clientAddress());
        return Reply.empty(204).header("Cache-Control", "no-store");
    }

    private static String token(WebExchange exchange) {
        return PresentedTokens.bearer(exchange)
                .orElseThrow(() -> new OAuthError(BearerTokenError.MISSING_TOKEN, "no registration access token"));
    }

    /** A client that is not there is answered like a token that is not its own. */
    private RegisteredClientStore.Row owned(WebExchange exchange, String token) {
        return clients.owned(exchange.pathVariable("id"), token)
                .orElseThrow(() -> new OAuthError(BearerTokenError.INVALID_TOKEN, "not the token of this client"));
    }

    /** RFC 7591, 3.2.1. */
    private Reply answer(int status, RegisteredClients.Issued issued) {
        RegisteredClientStore.Row row = issued.row();
        JSONObject answer = ClientMetadataReader.object(row.metadata());
        answer.putAll(Map.of(
                "client_id", row.id(),
                "client_id_issued_at", row.createdAt().getEpochSecond(),
                "registration_client_uri", uri + "/" + row.id(),
                "registration_access_token", issued.token()));
        issued.secret().ifPresent(secret -> answer.put("client_secret", secret));
        if (!row.secretHash().isEmpty()) {
            answer.put(
                    "client_secret_expires_at",
                    row.secretExpiresAt().map(Instant::getEpochSecond).orElse(0L));
        }
        return Reply.json(status, answer.toJSONString());
    }
}
