package dev.ssoportal.oidc;

import dev.ssoportal.crypto.MasterKey;
import dev.ssoportal.crypto.SecretHash;
import java.time.Clock;
import java.time.Duration;

/**
 * Nonces for DPoP proofs (<a href="https://www.rfc-editor.org/rfc/rfc9449#section-8">RFC 9449, section 8</a>): the minute and our seal. Every
 * member knows every other's, and nobody keeps one.
 */
public final class DpopNonces {
    private static final Duration STEP = Duration.ofMinutes(1);

    /** A nonce is good in the minute it was made for, and in the two after. */
    private static final int STEPS = 3;

    private final MasterKey masterKey;
    private final boolean required;
    private final Clock clock;

    /** @param required whether a proof has to have one */
    public DpopNonces(MasterKey masterKey, boolean required, Clock clock) {
        this.masterKey = masterKey;
        this.required = required;
        this.clock = clock;
    }

    boolean areRequired() {
        return required;
    }

    String current() {
        return nonce(step());
    }

    boolean isGood(String nonce) {
        boolean good = false;
        for (int age = 0; age < STEPS; age++) {
            good |= SecretHash.same(nonce(step() - age), nonce);
        }
        return good;
    }

    private long step() {
        return clock.millis() / STEP.toMillis();
    }

    private String nonce(long step) {
        return masterKey.seal("dpop-nonce", Long.toString(step));
    }
}
