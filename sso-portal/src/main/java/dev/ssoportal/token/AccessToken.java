package dev.ssoportal.token;

import com.nimbusds.jwt.JWTClaimsSet;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of a verified access token.
 *
 * @param userInfoClaims what it gives at the userinfo endpoint, beyond its scopes
 * @param confirmation what whoever presents it has to possess
 * @param introspection the answer to introspection while it is good ({@code active} and the claims), as JSON
 */
public record AccessToken(
        String tokenId,
        String subject,
        String clientId,
        List<String> audience,
        Set<String> scopes,
        List<String> userInfoClaims,
        Optional<String> sessionId,
        Optional<String> grantId,
        Optional<Confirmation> confirmation,
        Instant issuedAt,
        Instant expiresAt,
        Introspection introspection) {

    /** JSON bytes, made once per token. */
    public static final class Introspection {
        private final byte[] json;

        private Introspection(byte[] json) {
            this.json = json;
        }

        public byte[] json() {
            return json.clone();
        }
    }

    static AccessToken of(JWTClaimsSet claims) throws ParseException {
        String tokenId = claims.getJWTID();
        Optional<String> sessionId = Optional.ofNullable(claims.getStringClaim("sid"));
        String scope = claims.getStringClaim("scope");
        Optional<Confirmation> confirmation = Confirmation.of(claims.getJSONObjectClaim("cnf"));
        List<String> userInfoClaims = claims.getStringListClaim(TokenIssuer.USER_INFO_CLAIMS);
        int dot = tokenId.indexOf('.');
        return new AccessToken(
                tokenId,
                claims.getSubject(),
                claims.getStringClaim("client_id"),
                List.copyOf(claims.getAudience()),
                scope == null ? Set.of() : Set.of(scope.split(" ")),
                userInfoClaims == null ? List.of() : List.copyOf(userInfoClaims),
                sessionId,
                dot < 0 ? Optional.empty() : Optional.of(tokenId.substring(0, dot)),
                confirmation,
                claims.getIssueTime().toInstant(),
                claims.getExpirationTime().toInstant(),
                new Introspection(introspection(claims, confirmation)));
    }

    private static byte[] introspection(JWTClaimsSet claims, Optional<Confirmation> confirmation) {
        Map<String, Object> answer = claims.toJSONObject();
        answer.put("active", true);
        answer.put("token_type", confirmation.filter(Confirmation::isKey).isPresent() ? "DPoP" : "Bearer");
        return com.nimbusds.jose.util.JSONObjectUtils.toJSONString(answer).getBytes(StandardCharsets.UTF_8);
    }
}
