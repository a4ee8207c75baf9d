package dev.ssoportal.http;

import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import java.util.Optional;

/**
 * Protects our own forms against being sent by another site: each carries a token that only this browser's cookie explains. The cookie
 * is also what ties a sign-in attempt to the browser it began in.
 */
public final class Csrf {
    public static final String BROWSER_COOKIE = "browser";
    private static final int SECRET_LENGTH = 43;

    private final MasterKey masterKey;
    private final RandomIds random;

    public Csrf(MasterKey masterKey, RandomIds random) {
        this.masterKey = masterKey;
        this.random = random;
    }

    /** The secret this browser carries, if it carries one of the right shape. */
    public Optional<String> browserSecret(WebExchange exchange) {
        return exchange.cookie(BROWSER_COOKIE).filter(value -> value.length() == SECRET_LENGTH);
    }

    public String newBrowserSecret() {
        return random.secret();
    }

    String token(String browserSecret) {
        return masterKey.seal("csrf", browserSecret);
    }

    /** Whether the form that this request sends was made for this browser. */
    public boolean isGood(WebExchange exchange) {
        String expected = browserSecret(exchange).map(this::token).orElse("");
        String given = exchange.form().single("csrf").orElse("");
        return !expected.isEmpty() && SecretHash.same(expected, given);
    }

    /** @throws PageError 403 when the form was not made for this browser */
    public void check(WebExchange exchange) {
        if (!isGood(exchange)) {
            throw new PageError(403, "error.form-foreign", "form token missing or made for another browser");
        }
    }
}
