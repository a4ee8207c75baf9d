package dev.ssoportal.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.oauth2.sdk.AuthorizationRequest;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResponseMode;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.directory.ClientRules;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.token.OAuthError;
import dev.ssoportal.token.Subjects;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The checks of an authorization request, in order. {@link #redirect} comes first, and what fails there is a page, never a redirect; what
 * fails in {@link #request} goes back to the app (RFC 6749, <a href="https://www.rfc-editor.org/rfc/rfc6749#section-4.1.2.1">4.1.2.1</a>).
 */
public final class AuthorizeChecks {
    /** Parameters with readers of their own. */
    private static final Set<String> READ_BY_US = Set.of("claims", "authorization_details");

    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final AppCatalog catalog;
    private final IdTokenHints hints;
    private final Subjects subjects;
    private final Set<String> knownAcrValues;

    /** @param knownAcrValues what some provider can prove */
    public AuthorizeChecks(AppCatalog catalog, IdTokenHints hints, Subjects subjects, Set<String> knownAcrValues) {
        this.catalog = catalog;
        this.hints = hints;
        this.subjects = subjects;
        this.knownAcrValues = Set.copyOf(knownAcrValues);
    }

    /** @throws PageError when there is no such app */
    static App app(AppCatalog catalog, Parameters parameters) {
        return parameters
                .single("client_id")
                .flatMap(catalog::app)
                .orElseThrow(() -> new PageError(400, "error.client-unknown", "no app has this client_id"));
    }

    /** @throws PageError when the app or the redirect URI is not proven */
    ProvenRedirect redirect(Parameters parameters) {
        App app = app(catalog, parameters);
        String redirectUri = parameters
                .single("redirect_uri")
                .orElseThrow(() -> new PageError(400, "error.redirect-uri", "no redirect_uri"));
        if (!app.mayRedirectTo(redirectUri)) {
            throw new PageError(400, "error.redirect-uri", "redirect_uri is not registered for " + app.id());
        }
        // What stands twice or makes no sense is a fault of the request, told to the app without it.
        List<String> state = parameters.asMap().getOrDefault("state", List.of());
        return new ProvenRedirect(
                app,
                redirectUri,
                state.size() == 1 ? Optional.of(state.get(0)) : Optional.empty(),
                usableMode(parameters));
    }

    private static ResponseMode usableMode(Parameters parameters) {
        try {
            return AuthorizationResponses.mode(parameters);
        } catch (OAuthError | PageError e) {
            return ResponseMode.QUERY;
        }
    }

    /** @throws OAuthError to be sent back to the app */
    AuthorizeRequest request(ProvenRedirect redirect, AuthorizationRequests.Found found) {
        Parameters parameters = found.parameters();
        ClientRules rules = redirect.app().rules();
        requireItsWay(rules, found);
        AuthorizationRequest request = parse(parameters);
        requireCode(request, redirect.app());
        ResponseMode unused = AuthorizationResponses.mode(parameters);
        Optional<String> codeChallenge = requireS256(request, rules);
        Set<String> scopes = RequestedScopes.allowed(
                catalog,
                redirect.app(),
                request.getScope() == null ? List.of() : request.getScope().toStringList());
        List<Map<String, Object>> details =
                AuthorizationDetails.read(catalog, redirect.app(), parameters.single("authorization_details"));
        List<String> audiences = RequestedScopes.audiences(
                catalog, scopes, AuthorizationDetails.audiences(catalog, details), resources(request));
        ClaimsParameter claims = ClaimsParameter.read(redirect.app(), parameters, knownAcrValues);
        Optional<AuthenticationRequest> openId = request instanceof AuthenticationRequest authentication
                ? Optional.of(authentication)
                : Optional.empty();
        return new AuthorizeRequest(
                redirect.app(),
                redirect.uri(),
                redirect.state(),
                openId.map(AuthenticationRequest::getNonce).map(nonce -> nonce.getValue()),
                codeChallenge,
                dpopKey(parameters),
                scopes,
                audiences,
                claims.requested(),
                details,
                prompts(request),
                maxAge(openId, redirect.app()),
                acrValues(parameters, claims, redirect.app()),
                parameters.single("login_hint"),
                parameters.single("domain_hint"),
                parameters.single("idp"),
                parameters.single("ui_locales"),
                claims.subject()
                        .or(() -> parameters.single("id_token_hint").map(this::requireOurs))
                        // A name that nobody has is somebody else.
                        .map(subject ->
                                subjects.accountId(redirect.app().id(), subject).orElse("")),
                found);
    }

    /** Whether it came the way that the app's rules say. */
    private static void requireItsWay(ClientRules rules, AuthorizationRequests.Found found) {
        if (rules.requirePushedRequest() && !found.pushedByClient()) {
            throw new OAuthError(
                    OAuth2Error.INVALID_REQUEST.setDescription("The request has to be pushed"), "not pushed");
        }
        if (rules.requireSignedRequest() && !found.signed()) {
            throw new OAuthError(
                    OAuth2Error.INVALID_REQUEST.setDescription("The request has to be signed"), "not signed");
        }
    }

    private static AuthorizationRequest parse(Parameters parameters) {
        try {
            List<String> scope = parameters.asMap().getOrDefault("scope", List.of(""));
            boolean openId = List.of(scope.get(0).split(" ")).contains("openid");
            Map<String, List<String>> others = new LinkedHashMap<>(parameters.asMap());
            others.keySet().removeAll(READ_BY_US);
            return openId ? AuthenticationRequest.parse(others) : AuthorizationRequest.parse(others);
        } catch (IllegalArgumentException e) {
            // The parser stumbles over a name that may not stand in an error description.
            throw new OAuthError(OAuth2Error.INVALID_REQUEST, "unreadable request: " + e.getMessage(), e);
        } catch (ParseException e) {
            ErrorObject error = Optional.ofNullable(e.getErrorObject()).orElse(OAuth2Error.INVALID_REQUEST);
            throw new OAuthError(error, "unreadable request: " + e.getMessage(), e);
        }
    }

    private String requireOurs(String idTokenHint) {
        return hints.read(idTokenHint)
                .map(JWTClaimsSet::getSubject)
                .orElseThrow(() -> new OAuthError(
                        OAuth2Error.INVALID_REQUEST.setDescription("id_token_hint is not ours"),
                        "a hint that is not ours"));
    }

    private static void requireCode(AuthorizationRequest request, App app) {
        if (!request.getResponseType().equals(ResponseType.CODE)) {
            throw new OAuthError(OAuth2Error.UNSUPPORTED_RESPONSE_TYPE, "response_type " + request.getResponseType());
        }
        if (!app.grants().contains(App.Grant.AUTHORIZATION_CODE)) {
            throw new OAuthError(OAuth2Error.UNAUTHORIZED_CLIENT, app.id() + " may not use codes");
        }
    }

    /** PKCE by S256 or not at all; whoever has to has to (RFC 9700, 2.1.1). */
    private static Optional<String> requireS256(AuthorizationRequest request, ClientRules rules) {
        if (request.getCodeChallenge() == null) {
            if (rules.requirePkce()) {
                throw new OAuthError(
                        OAuth2Error.INVALID_REQUEST.setDescription("code_challenge is required"), "no code_challenge");
            }
            return Optional.empty();
        }
        if (!CodeChallengeMethod.S256.equals(request.getCodeChallengeMethod())
                || !isThumbprint(request.getCodeChallenge().getValue())) {
            throw new OAuthError(
                    OAuth2Error.INVALID_REQUEST.setDescription("code_challenge_method must be S256"),
                    "weak or malformed challenge");
        }
        return Optional.of(request.getCodeChallenge().getValue());
    }

    /** Whether a text is a SHA-256 hash in base64url. */
    private static boolean isThumbprint(String text) {
        return THUMBPRINT.matcher(text).matches();
    }

    /** {@code dpop_jkt} (RFC 9449, section 10). */
    private static Optional<String> dpopKey(Parameters parameters) {
        Optional<String> thumbprint = parameters.single("dpop_jkt");
        if (thumbprint.filter(value -> !isThumbprint(value)).isPresent()) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST.setDescription("dpop_jkt is no thumbprint"), "dpop_jkt");
        }
        return thumbprint;
    }

    private static List<String> resources(AuthorizationRequest request) {
        return request.getResources() == null
                ? List.of()
                : request.getResources().stream().map(URI::toString).toList();
    }

    private static Set<Prompt.Type> prompts(AuthorizationRequest request) {
        Set<Prompt.Type> prompts = request.getPrompt() == null ? Set.of() : Set.copyOf(request.getPrompt());
        if (prompts.contains(Prompt.Type.NONE) && prompts.size() > 1) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST, "prompt=none together with others");
        }
        return prompts;
    }

    /** The shorter of what the request asks for and what the app has to keep to at all. */
    private static Optional<Duration> maxAge(Optional<AuthenticationRequest> request, App app) {
        Optional<Duration> asked = request.map(AuthenticationRequest::getMaxAge)
                .filter(age -> age >= 0)
                .map(Duration::ofSeconds);
        return Stream.concat(asked.stream(), app.maxAuthenticationAge().stream())
                .min(Comparator.naturalOrder());
    }

    /**
     * {@code acr_values}: one of those that we know has to be met (RFC 9470, <a
     * href="https://www.rfc-editor.org/rfc/rfc9470#section-5">5</a>); those we do not know are ignored, since asking for them is voluntary
     * (OpenID Connect Core, 3.1.2.1). What the app needs at all cannot be asked away.
     */
    private List<String> acrValues(Parameters parameters, ClaimsParameter claims, App app) {
        Stream<String> asked = parameters
                .single("acr_values")
                .map(values -> List.of(values.strip().split("\\s+")))
                .orElse(claims.acrValues())
                .stream();
        List<String> known = asked.filter(value -> knownAcrValues.contains(value)
                        && (app.acrValues().isEmpty() || app.acrValues().contains(value)))
                .toList();
        return known.isEmpty() ? app.acrValues() : known;
    }
}
