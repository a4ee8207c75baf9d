package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.ResponseMode;
import dev.ssoportal.directory.App;
import dev.ssoportal.http.Parameters;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A redirect URI that is registered for the app that names it: from here on a refusal goes back to the app instead of to a page. */
record ProvenRedirect(App app, String uri, Optional<String> state, ResponseMode mode) {

    /** The URI with an answer in its query. */
    String with(Map<String, String> answer) {
        String query = answer.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + Parameters.encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        return uri + (uri.contains("?") ? "&" : "?") + query;
    }
}
