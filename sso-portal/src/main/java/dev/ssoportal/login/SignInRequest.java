package dev.ssoportal.login;

import dev.ssoportal.http.LocalPath;
import dev.ssoportal.http.Parameters;
import java.util.List;
import java.util.Optional;

/**
 * What a sign-in is asked to be, as {@code /login} and {@code /login/password} read it and hand it on to each other.
 *
 * @param returnPath where the person goes on
 * @param fresh whether she has to prove who she is again, whatever session there is here or at the provider
 * @param remember whether she asked to stay signed in
 * @param acrValues the authentication contexts one of which is wanted
 */
public record SignInRequest(
        String returnPath, boolean fresh, boolean remember, List<String> acrValues, Optional<String> loginHint) {
    private static final int MAX_HINT = 320;
    private static final int MAX_ACR_VALUES = 1000;

    /** To the launcher, with nothing asked. */
    static final SignInRequest HOME =
            new SignInRequest(LocalPath.HOME.value(), false, false, List.of(), Optional.empty());

    public SignInRequest {
        acrValues = acrValues == null ? List.of() : List.copyOf(acrValues);
        loginHint = loginHint == null ? Optional.empty() : loginHint;
    }

    static SignInRequest read(Parameters parameters) {
        return new SignInRequest(
                parameters
                        .single("return")
                        .flatMap(LocalPath::parse)
                        .orElse(LocalPath.HOME)
                        .value(),
                parameters.single("fresh").isPresent(),
                parameters.single("remember").isPresent(),
                parameters
                        .single("acr_values")
                        .filter(values -> !values.isBlank() && values.length() <= MAX_ACR_VALUES)
                        .map(values -> List.of(values.strip().split("\\s+")))
                        .orElse(List.of()),
                parameters.single("login_hint").filter(hint -> hint.length() <= MAX_HINT));
    }

    /** The same, with the other answer to whether to stay signed in. */
    SignInRequest toggled() {
        return new SignInRequest(returnPath, fresh, !remember, acrValues, loginHint);
    }

    /** The same, without a wish to stay signed in. */
    SignInRequest forgotten() {
        return new SignInRequest(returnPath, fresh, false, acrValues, loginHint);
    }

    /** Whether an app waits for the answer, so that it can be told of a refusal. */
    boolean isForApp() {
        return returnPath.startsWith("/oauth2/authorize?");
    }

    LocalPath returnsTo() {
        return new LocalPath(returnPath);
    }

    /** A query that carries this on to another page. */
    String query() {
        return "?return=" + Parameters.encode(returnPath)
                + (fresh ? "&fresh=1" : "")
                + (remember ? "&remember=1" : "")
                + (acrValues.isEmpty() ? "" : "&acr_values=" + Parameters.encode(String.join(" ", acrValues)))
                + loginHint
                        .map(hint -> "&login_hint=" + Parameters.encode(hint))
                        .orElse("");
    }
}
