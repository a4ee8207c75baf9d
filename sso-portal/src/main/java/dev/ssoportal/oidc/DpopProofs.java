package dev.ssoportal.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.crypto.Verifiers;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import dev.ssoportal.token.Confirmation;
import dev.ssoportal.token.OAuthError;
import java.net.URI;
import java.net.URISyntaxException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Verifies DPoP proofs (<a href="https://www.rfc-editor.org/rfc/rfc9449#section-4.3">RFC 9449, 4.3</a>): a fresh signature, over this very
 * request, of a key that it names. Each is good once.
 */
public final class DpopProofs {
    /** What a proof may be signed with. */
    static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.ES384, JWSAlgorithm.PS256, JWSAlgorithm.EdDSA);

    private static final JOSEObjectType TYPE = new JOSEObjectType("dpop+jwt");
    private static final Duration OLDEST = Duration.ofSeconds(60);
    private static final Duration SKEW = Duration.ofSeconds(15);
    private static final int MAX_ID_CHARACTERS = 255;
    private static final int MAX_PROOF_CHARACTERS = 8 * 1024;

    private final List<String> baseUrls;
    private final DpopNonces nonces;
    private final ExpiringMap<Seen> seen;
    private final Clock clock;

    record Seen(Instant expiresAt) implements Expiring {}

    /** @param baseUrls what we are called from outside */
    public DpopProofs(List<String> baseUrls, DpopNonces nonces, Cluster cluster, Clock clock) {
        this.baseUrls = List.copyOf(baseUrls);
        this.nonces = nonces;
        this.seen = cluster.map("dpop-proofs", Seen.class, Cluster.Durability.TRANSIENT);
        this.clock = clock;
    }

    /**
     * The key whose possession a request proves; empty when it does not try to.
     *
     * @param accessToken that the proof has to be about, if it comes with one
     * @throws OAuthError {@code invalid_dpop_proof} or {@code use_dpop_nonce}
     */
    Optional<Confirmation> read(WebExchange exchange, Optional<String> accessToken) {
        List<String> proofs = exchange.headers("DPoP");
        if (proofs.isEmpty()) {
            return Optional.empty();
        }
        if (proofs.size() > 1 || proofs.get(0).length() > MAX_PROOF_CHARACTERS) {
            throw refused("more than one proof, or a huge one");
        }
        try {
            SignedJWT proof = SignedJWT.parse(proofs.get(0));
            JWK key = requireSigned(proof);
            JWTClaimsSet claims = proof.getJWTClaimsSet();
            requireThisRequest(exchange, claims);
            requireToken(accessToken, claims);
            requireNow(claims);
            requireNonce(claims);
            String thumbprint = key.computeThumbprint().toString();
            requireUnseen(thumbprint, claims);
            return Optional.of(Confirmation.key(thumbprint));
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw refused("unreadable: " + e.getMessage());
        }
    }

    private static JWK requireSigned(SignedJWT proof) throws JOSEException {
        JWK key = proof.getHeader().getJWK();
        if (!TYPE.equals(proof.getHeader().getType())) {
            throw refused("typ is not dpop+jwt");
        }
        if (!ALGORITHMS.contains(proof.getHeader().getAlgorithm())) {
            throw refused("signed with " + proof.getHeader().getAlgorithm());
        }
        if (key == null || key.isPrivate()) {
            throw refused("no public key in the header");
        }
        if (!proof.verify(Verifiers.of(key))) {
            throw refused("the signature is not that of its key");
        }
        return key;
    }

    private void requireThisRequest(WebExchange exchange, JWTClaimsSet claims) throws ParseException {
        if (!exchange.method().equals(claims.getStringClaim("htm"))) {
            throw refused("for the method " + claims.getStringClaim("htm"));
        }
        String uri = normalized(claims.getStringClaim("htu"));
        if (baseUrls.stream()
                .noneMatch(base -> normalized(base + exchange.path()).equals(uri))) {
            throw refused("for the URI " + uri);
        }
    }

    /** Without query and fragment, with scheme and host in lower case and without a port that goes without saying (RFC 3986, 6.2). */
    private static String normalized(String text) {
        try {
            URI uri = new URI(String.valueOf(text));
            if (uri.getScheme() == null || uri.getHost() == null) {
                return "";
            }
            String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            boolean usual = uri.getPort() == ("https".equals(scheme) ? 443 : 80);
            return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT)
                    + (uri.getPort() < 0 || usual ? "" : ":" + uri.getPort()) + uri.getPath();
        } catch (URISyntaxException e) {
            return "";
        }
    }

    private static void requireToken(Optional<String> accessToken, JWTClaimsSet claims) throws ParseException {
        if (accessToken.isPresent()) {
            String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(SecretHash.sha256(accessToken.get()));
            if (!SecretHash.same(hash, String.valueOf(claims.getStringClaim("ath")))) {
                throw refused("ath is not the hash of the token");
            }
        }
    }

    private void requireNow(JWTClaimsSet claims) {
        Instant now = clock.instant();
        if (claims.getIssueTime() == null
                || claims.getIssueTime().toInstant().isBefore(now.minus(OLDEST))
                || claims.getIssueTime().toInstant().isAfter(now.plus(SKEW))) {
            throw refused("not made now");
        }
    }

    private void requireNonce(JWTClaimsSet claims) throws ParseException {
        String nonce = claims.getStringClaim("nonce");
        if (nonce == null ? nonces.areRequired() : !nonces.isGood(nonce)) {
            throw new OAuthError(OAuth2Error.USE_DPOP_NONCE, "DPoP proof without a good nonce")
                    .header("DPoP-Nonce", nonces.current());
        }
    }

    private void requireUnseen(String thumbprint, JWTClaimsSet claims) {
        String id = claims.getJWTID();
        if (id == null || id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
            throw refused("without a usable jti");
        }
        Instant forgotten = claims.getIssueTime().toInstant().plus(OLDEST).plus(SKEW);
        if (!seen.putIfAbsent(SecretHash.of(thumbprint + "\n" + id), new Seen(forgotten))) {
            throw refused("replayed");
        }
    }

    private static OAuthError refused(String reason) {
        return new OAuthError(OAuth2Error.INVALID_DPOP_PROOF, "DPoP proof: " + reason);
    }
}
