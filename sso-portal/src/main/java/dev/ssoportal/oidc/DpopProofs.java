package dev.ssoportal.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.ssoportal.crypto.SecretHash;
import dev.ssoportal.crypto.Verifiers;
import dev.ssoportal.http.WebExchange;
import dev.ssoportal.store.Cluster;
import dev.ssoportal.store.Expiring;
import dev.ssoportal.store.ExpiringMap;
import dev.ssoportal.token.Confirmation;
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

    DpopNonces nonces() {
        return nonces;
    }

    /** Why a proof is refused. */
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final boolean wantsNonce;

        Refused(String reason, boolean wantsNonce) {
            super(reason);
            this.wantsNonce = wantsNonce;
        }

        Refused(String reason) {
            this(reason, false);
        }

        /** Whether the same proof with a nonce of ours would do. */
        boolean wantsNonce() {
            return wantsNonce;
        }
    }

    /**
     * The key whose possession a request proves; empty when it does not try to.
     *
     * @param accessToken that the proof has to be about, if it comes with one
     */
    Optional<Confirmation> read(WebExchange exchange, Optional<String> accessToken) throws Refused {
        List<String> proofs = exchange.headers("DPoP");
        if (proofs.isEmpty()) {
            return Optional.empty();
        }
        if (proofs.size() > 1 || proofs.get(0).length() > MAX_PROOF_CHARACTERS) {
            throw new Refused("more than one proof, or a huge one");
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
            throw new Refused("unreadable: " + e.getMessage());
        }
    }

    private static JWK requireSigned(SignedJWT proof) throws JOSEException, Refused {
        JWK key = proof.getHeader().getJWK();
        if (!TYPE.equals(proof.getHeader().getType())) {
            throw new Refused("typ is not dpop+jwt");
        }
        if (!ALGORITHMS.contains(proof.getHeader().getAlgorithm())) {
            throw new Refused("signed with " + proof.getHeader().getAlgorithm());
        }
        if (key == null || key.isPrivate()) {
            throw new Refused("no public key in the header");
        }
        if (!proof.verify(Verifiers.of(key))) {
            throw new Refused("the signature is not that of its key");
        }
        return key;
    }

    private void requireThisRequest(WebExchange exchange, JWTClaimsSet claims) throws ParseException, Refused {
        if (!exchange.method().equals(claims.getStringClaim("htm"))) {
            throw new Refused("for the method " + claims.getStringClaim("htm"));
        }
        String uri = normalized(claims.getStringClaim("htu"));
        if (baseUrls.stream()
                .noneMatch(base -> normalized(base + exchange.path()).equals(uri))) {
            throw new Refused("for the URI " + uri);
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

    private static void requireToken(Optional<String> accessToken, JWTClaimsSet claims) throws ParseException, Refused {
        if (accessToken.isPresent()) {
            String hash = Base64.getUrlEncoder().withoutPadding().encodeToString(SecretHash.sha256(accessToken.get()));
            if (!SecretHash.same(hash, String.valueOf(claims.getStringClaim("ath")))) {
                throw new Refused("ath is not the hash of the token");
            }
        }
    }

    private void requireNow(JWTClaimsSet claims) throws Refused {
        Instant now = clock.instant();
        if (claims.getIssueTime() == null
                || claims.getIssueTime().toInstant().isBefore(now.minus(OLDEST))
                || claims.getIssueTime().toInstant().isAfter(now.plus(SKEW))) {
            throw new Refused("not made now");
        }
    }

    private void requireNonce(JWTClaimsSet claims) throws ParseException, Refused {
        String nonce = claims.getStringClaim("nonce");
        if (nonce == null ? nonces.areRequired() : !nonces.isGood(nonce)) {
            throw new Refused(nonce == null ? "without a nonce" : "with a nonce that is not ours, or no longer", true);
        }
    }

    private void requireUnseen(String thumbprint, JWTClaimsSet claims) throws Refused {
        String id = claims.getJWTID();
        if (id == null || id.isEmpty() || id.length() > MAX_ID_CHARACTERS) {
            throw new Refused("without a usable jti");
        }
        Instant forgotten = claims.getIssueTime().toInstant().plus(OLDEST).plus(SKEW);
        if (!seen.putIfAbsent(SecretHash.of(thumbprint + "\n" + id), new Seen(forgotten))) {
            throw new Refused("replayed");
        }
    }
}
