package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.token.DPoPTokenError;
import com.nimbusds.oauth2.sdk.token.TokenSchemeError;
import dev.ssoportal.http.Endpoint;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Reply;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.OAuthError;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the refusals of an endpoint for programs as JSON (RFC 6749, 5.2) or as a bearer challenge (RFC 6750, 3). */
public final class JsonErrors implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(JsonErrors.class);

    private final Endpoint endpoint;

    public JsonErrors(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public Reply handle(WebExchange exchange) {
        try {
            return endpoint.handle(exchange);
        } catch (OAuthError e) {
            String code = Optional.ofNullable(e.error().getCode()).orElse("unauthenticated");
            LOG.info("{} refused ({}): {}", exchange.path(), code, e.getMessage());
            Reply reply = reply(e.error(), exchange.header("Authorization").isPresent());
            e.headers().forEach(reply::header);
            return reply;
        } catch (PageError e) {
            LOG.info("{} refused ({}): {}", exchange.path(), e.status(), e.getMessage());
            return reply(
                    OAuth2Error.INVALID_REQUEST.setDescription(e.getMessage()).setHTTPStatusCode(e.status()), false);
        }
    }

    private static String challenge(TokenSchemeError error) {
        return error instanceof DPoPTokenError dpop
                ? dpop.setJWSAlgorithms(DpopProofs.ALGORITHMS).toWWWAuthenticateHeader()
                : error.toWWWAuthenticateHeader();
    }

    private static Reply reply(ErrorObject error, boolean triedHeader) {
        if (error instanceof TokenSchemeError scheme) {
            Reply challenge = scheme.getCode() == null
                    ? Reply.empty(401)
                    : Reply.json(
                            scheme.getHTTPStatusCode(), scheme.toJSONObject().toJSONString());
            return challenge.header("WWW-Authenticate", challenge(scheme)).header("Cache-Control", "no-store");
        }
        // What is made for a redirect says 302.
        int status = error.getHTTPStatusCode() < 400 ? 400 : error.getHTTPStatusCode();
        Reply reply = Reply.json(status, error.toJSONObject().toJSONString());
        boolean challenge = status == 401 && triedHeader;
        return challenge ? reply.header("WWW-Authenticate", "Basic realm=\"sso-portal\", charset=\"UTF-8\"") : reply;
    }
}
