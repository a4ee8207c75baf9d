package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ResponseMode;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.TokenIssuer;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends the answer to an authorization request in the mode that was asked for: in the query, as a form that posts itself (<a
 * href="https://openid.net/specs/oauth-v2-form-post-response-mode-1_0.html">OAuth 2.0 Form Post Response Mode</a>), and either of them signed
 * (<a href="https://openid.net/specs/oauth-v2-jarm-final.html">JARM</a>). Every answer says who gives it (RFC 9207).
 */
public final class AuthorizationResponses {
    /** How answers can be sent, for discovery. A code needs no fragment. */
    public static final List<String> MODES = List.of("query", "form_post", "jwt", "query.jwt", "form_post.jwt");

    private final String issuer;
    private final TokenIssuer tokens;
    private final ClientEncryption encryption;

    public AuthorizationResponses(String issuer, TokenIssuer tokens, ClientEncryption encryption) {
        this.issuer = issuer;
        this.tokens = tokens;
        this.encryption = encryption;
    }

    /** @throws OAuthError when there is no such mode; that is then sent in the query */
    static ResponseMode mode(Parameters parameters) {
        Optional<String> asked = parameters.single("response_mode").filter(mode -> !mode.isEmpty());
        if (asked.isEmpty()) {
            return ResponseMode.QUERY;
        }
        if (!MODES.contains(asked.get())) {
            throw new OAuthError(
                    OAuth2Error.INVALID_REQUEST.setDescription("response_mode must be one of " + MODES),
                    "mode " + asked.get());
        }
        return new ResponseMode(asked.get());
    }

    Reply code(ProvenRedirect redirect, String code) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("code", code);
        return send(redirect, answer);
    }

    Reply error(ProvenRedirect redirect, ErrorObject error) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("error", error.getCode());
        if (error.getDescription() != null) {
            answer.put("error_description", error.getDescription());
        }
        try {
            return send(redirect, answer);
        } catch (OAuthError e) {
            // Not even an error can be told in the way that was asked for.
            throw new PageError(400, "error.bad-request", e.getMessage(), e);
        }
    }

    /** An error that the person takes to the app herself, if she wants to. */
    Reply errorPage(ProvenRedirect redirect, ErrorObject error) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("error", error.getCode());
        redirect.state().ifPresent(state -> answer.put("state", state));
        answer.put("iss", issuer);
        String host = String.valueOf(URI.create(redirect.uri()).getRawAuthority());
        return Reply.page(
                400, "back", Map.of("app", redirect.app().name(), "host", host, "url", redirect.with(answer)));
    }

    /** Sees to it that the answer can be sent, before anything is used up for it. */
    void requireKey(ProvenRedirect redirect) {
        if (isSigned(redirect.mode())) {
            encryption.requireKey(
                    redirect.app(), redirect.app().rules().responses().authorizationEncryption());
        }
    }

    private static boolean isSigned(ResponseMode mode) {
        return mode.getValue().endsWith("jwt");
    }

    private Reply send(ProvenRedirect redirect, Map<String, String> answer) {
        redirect.state().ifPresent(state -> answer.put("state", state));
        ResponseMode mode = redirect.mode();
        boolean signed = isSigned(mode);
        if (!signed) {
            answer.put("iss", issuer);
        }
        Map<String, String> sent = signed ? Map.of("response", response(redirect, answer)) : answer;
        return mode.equals(ResponseMode.FORM_POST) || mode.equals(ResponseMode.FORM_POST_JWT)
                ? Reply.page("post", Map.of("action", redirect.uri(), "fields", sent, "detail", "post.app"))
                        .formLeadsAway()
                : Reply.seeOther(redirect.with(sent));
    }

    private String response(ProvenRedirect redirect, Map<String, String> answer) {
        return encryption.encrypt(
                redirect.app(),
                redirect.app().rules().responses().authorizationEncryption(),
                tokens.authorizationResponse(redirect.app(), answer));
    }
}
