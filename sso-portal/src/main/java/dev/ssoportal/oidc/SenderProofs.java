package dev.ssoportal.oidc;

import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.token.BearerTokenError;
import com.nimbusds.oauth2.sdk.token.DPoPTokenError;
import dev.ssoportal.directory.Client;
import dev.ssoportal.directory.SenderConstraint;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.token.AccessToken;
import dev.ssoportal.token.Confirmation;
import dev.ssoportal.token.OAuthError;
import java.util.Optional;

/** What the sender of a request proves to possess: a key (RFC 9449) or a certificate (RFC 8705). */
public final class SenderProofs {
    private final DpopProofs dpop;

    public SenderProofs(DpopProofs dpop) {
        this.dpop = dpop;
    }

    /**
     * What the tokens of a token request are to be bound to.
     *
     * @throws OAuthError {@code invalid_dpop_proof}, {@code use_dpop_nonce}, or when the client has to prove something and does not
     */
    Optional<Confirmation> ofTokenRequest(WebExchange exchange, Client client) {
        SenderConstraint constraint = client.credentials().senderConstraint();
        Optional<Confirmation> key = dpopKey(exchange);
        Optional<Confirmation> proven = constraint.allowsCertificate()
                ? key.filter(found -> constraint.allowsKey()).or(() -> certificate(exchange))
                : key;
        if (constraint != SenderConstraint.NONE && proven.isEmpty()) {
            ErrorObject error = !constraint.allowsCertificate()
                    ? OAuth2Error.INVALID_DPOP_PROOF.setDescription("A DPoP proof is required")
                    : OAuth2Error.INVALID_REQUEST.setDescription(
                            constraint.allowsKey()
                                    ? "A DPoP proof or a client certificate is required"
                                    : "A client certificate is required");
            throw new OAuthError(error, client.id() + " proves possession of nothing");
        }
        return proven;
    }

    private static Optional<Confirmation> certificate(WebExchange exchange) {
        return exchange.clientCertificates().stream().findFirst().map(Certificates::confirmation);
    }

    /** The key that a request of a client proves to possess, if it tries to. */
    Optional<Confirmation> dpopKey(WebExchange exchange) {
        return dpop.read(exchange, Optional.empty());
    }

    /**
     * Sees to it that whoever presents an access token is whom it was given to.
     *
     * @param byKey whether it was presented as {@code DPoP} and not as {@code Bearer}
     */
    void requireSender(WebExchange exchange, String text, AccessToken token, boolean byKey) {
        Optional<Confirmation> bound = token.confirmation();
        if (byKey) {
            requireKey(exchange, text, bound.filter(Confirmation::isKey));
        } else if (bound.isPresent()) {
            boolean possessed = !bound.get().isKey() && bound.equals(certificate(exchange));
            if (!possessed) {
                throw new OAuthError(
                        bound.get().isKey() ? DPoPTokenError.INVALID_TOKEN : BearerTokenError.INVALID_TOKEN,
                        "a bound token from somebody else");
            }
        }
    }

    private void requireKey(WebExchange exchange, String text, Optional<Confirmation> bound) {
        Optional<Confirmation> key;
        try {
            key = dpop.read(exchange, Optional.of(text));
        } catch (OAuthError e) {
            throw challenge(e);
        }
        if (key.isEmpty()) {
            throw new OAuthError(DPoPTokenError.INVALID_DPOP_PROOF, "no proof");
        }
        if (!key.equals(bound)) {
            throw new OAuthError(DPoPTokenError.INVALID_TOKEN, "not bound to the key of the proof");
        }
    }

    /** The same refusal, in the words of a resource (RFC 9449, 7.1 and 9). */
    private static OAuthError challenge(OAuthError refusal) {
        boolean wantsNonce =
                OAuth2Error.USE_DPOP_NONCE.getCode().equals(refusal.error().getCode());
        OAuthError challenge = new OAuthError(
                wantsNonce ? DPoPTokenError.USE_DPOP_NONCE : DPoPTokenError.INVALID_DPOP_PROOF,
                refusal.getMessage(),
                refusal);
        refusal.headers().forEach(challenge::header);
        return challenge;
    }
}
