package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.directory.App;
import dev.ssoportal.directory.AppCatalog;
import dev.ssoportal.http.PageError;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.token.OAuthError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Optional;

/** Finds the authorization request that a browser brings: in its parameters, in a request object, or kept here under a name. */
public final class AuthorizationRequests {
    private final AppCatalog catalog;
    private final PushedRequests pushed;
    private final RequestObjects objects;
    private final ClientDocuments documents;

    public AuthorizationRequests(
            AppCatalog catalog, PushedRequests pushed, RequestObjects objects, ClientDocuments documents) {
        this.catalog = catalog;
        this.pushed = pushed;
        this.objects = objects;
        this.documents = documents;
    }

    /**
     * A request whose parameters have been found; nothing about them has been checked.
     *
     * @param reference the {@code request_uri} it is kept under
     * @param pushedByClient whether the client itself has sent it, authenticated
     * @param signed whether it was a request object of the client
     * @param interaction what the person has been asked to do for it, if she has been
     */
    record Found(
            Parameters parameters,
            Optional<String> reference,
            boolean pushedByClient,
            boolean signed,
            Optional<String> interaction) {

        /** The request as one query to come back with, whether it came by GET or POST, without the mark of an interaction. */
        String query() {
            return reference
                    .map(uri -> "client_id="
                            + Parameters.encode(parameters.single("client_id").orElse("")) + "&request_uri="
                            + Parameters.encode(uri))
                    .orElseGet(() -> parameters.encoded(name -> !name.equals("interaction")));
        }
    }

    /**
     * @param sent by the browser
     * @throws PageError when it names a client or a request that is not there
     * @throws OAuthError when its request object is no good, or cannot be had
     * @throws UncheckedIOException when too many are being fetched
     */
    Found find(Parameters sent) {
        Optional<String> requestUri = sent.single("request_uri");
        Optional<String> requestObject = sent.single("request");
        Optional<String> interaction = sent.single("interaction");
        if (requestUri.isPresent() && requestObject.isPresent()) {
            throw new PageError(400, "error.bad-request", "request and request_uri");
        }
        if (requestUri.isPresent() && PushedRequests.isName(requestUri.get())) {
            String clientId = sent.single("client_id").orElse("");
            PushedRequests.Pushed found = pushed.find(requestUri.get())
                    .filter(candidate -> candidate.clientId().equals(clientId))
                    .orElseThrow(() -> new PageError(400, "error.request-uri", "unknown or used request_uri"));
            return new Found(found.parameters(), requestUri, found.byClient(), found.signed(), interaction);
        }
        if (requestUri.isPresent() || requestObject.isPresent()) {
            App app = AuthorizeChecks.app(catalog, sent);
            Parameters parameters = objects.read(app, requestObject.orElseGet(() -> fetch(app, requestUri.get())));
            // Kept: it may be over before the person has signed in, and a browser need not carry it about.
            String reference = pushed.push(app.id(), parameters, false, true);
            return new Found(parameters, Optional.of(reference), false, true, interaction);
        }
        return new Found(sent, Optional.empty(), false, false, interaction);
    }

    /** A request object that the app keeps itself, at a URL that it has registered (RFC 9101, 5.2.3): nobody else can send us anywhere. */
    private String fetch(App app, String requestUri) {
        String where = withoutFragment(requestUri);
        if (!app.rules().requestUris().contains(where)) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST_URI, "request_uri is not registered for " + app.id());
        }
        try {
            return documents
                    .get(URI.create(where), app.isDeclared(), "application/oauth-authz-req+jwt")
                    .strip();
        } catch (IOException e) {
            throw new OAuthError(OAuth2Error.INVALID_REQUEST_URI, "no request object: " + e.getMessage(), e);
        }
    }

    /** A URL without the hash of what is there, which says when to fetch anew (OpenID Connect Core, 6.2): we always do. */
    public static String withoutFragment(String requestUri) {
        int fragment = requestUri.indexOf('#');
        return fragment < 0 ? requestUri : requestUri.substring(0, fragment);
    }

    /** Uses up a request that is kept: it is good for one code. */
    boolean use(AuthorizeRequest request) {
        return request.reference().map(pushed::use).orElse(true);
    }

    /** The person has to do something before the request can go on. */
    void awaitPerson(AuthorizeRequest request) {
        request.reference().ifPresent(pushed::awaitPerson);
    }
}
