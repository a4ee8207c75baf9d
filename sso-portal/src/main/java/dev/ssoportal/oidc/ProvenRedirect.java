package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.ErrorObject;
import dev.ssoportal.directory.App;
import dev.ssoportal.http.Parameters;
import dev.ssoportal.http.Reply;
import java.util.Optional;

/**
 * A redirect URI that is registered for the app that names it: from here on a refusal goes back to the app instead of to a page. Every
 * answer carries {@code iss} (<a href="https://www.rfc-editor.org/rfc/rfc9207">RFC 9207</a>).
 */
record ProvenRedirect(App app, String uri, Optional<String> state, String issuer) {

    Reply code(String code) {
        return Reply.seeOther(with("code=" + Parameters.encode(code)));
    }

    Reply error(ErrorObject error) {
        String description =
                error.getDescription() == null ? "" : "&error_description=" + Parameters.encode(error.getDescription());
        return Reply.seeOther(with("error=" + Parameters.encode(error.getCode()) + description));
    }

    private String with(String answer) {
        return uri
                + (uri.contains("?") ? "&" : "?")
                + answer
                + state.map(value -> "&state=" + Parameters.encode(value)).orElse("")
                + "&iss=" + Parameters.encode(issuer);
    }
}
