package dev.ssoportal.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets requests through that carry an access token for this API, verified offline against the portal's keys (RFC 9068, section 4), and
 * answers the others as RFC 6750, section 3, says. What has been revoked since is refused within moments, without asking anybody. Copy it
 * into your own service; all it needs is Nimbus JOSE + JWT.
 */
final class BearerTokenFilter extends HttpFilter {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(BearerTokenFilter.class);
    private static final String ROLES = "roles";

    private final transient DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final transient RevokedTokens revokedTokens;

    /**
     * @param issuer the portal
     * @param audience what the portal calls this API
     * @param revokedTokens what the portal has revoked
     */
    public BearerTokenFilter(String issuer, String audience, RevokedTokens revokedTokens) throws MalformedURLException {
        this.revokedTokens = revokedTokens;
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                Set.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256),
                JWKSourceBuilder.create(URI.create(issuer + "/oauth2/jwks").toURL())
                        .retrying(true)
                        .build()));
        // A token that is bound to a key or a certificate (cnf) would need a proof, which this filter does not check.
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                Set.of(audience),
                new JWTClaimsSet.Builder().issuer(issuer).build(),
                Set.of("sub", "exp", "client_id"),
                Set.of("cnf")));
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String header = request.getHeader("Authorization");
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            challenge(response, 401, "Bearer");
            return;
        }
        try {
            JWTClaimsSet claims = processor.process(header.substring(7).strip(), null);
            if (revokedTokens.contains(claims)) {
                throw new BadJWTException("the token has been revoked");
            }
            List<String> roles = claims.getStringListClaim(ROLES);
            request.setAttribute(ROLES, roles == null ? List.of() : roles);
            request.setAttribute("caller", claims.getSubject());
        } catch (ParseException | BadJOSEException e) {
            LOG.info("token refused: {}", e.getMessage());
            challenge(response, 401, "Bearer error=\"invalid_token\"");
            return;
        } catch (JOSEException e) {
            LOG.warn("the portal's keys cannot be had", e);
            response.sendError(503);
            return;
        }
        chain.doFilter(request, response);
    }

    /** Whether the caller has a role at this API; if not, the refusal has been written. */
    static boolean requireRole(HttpServletRequest request, HttpServletResponse response, String role) {
        if (request.getAttribute(ROLES) instanceof List<?> roles && roles.contains(role)) {
            return true;
        }
        challenge(
                response,
                403,
                "Bearer error=\"insufficient_scope\", error_description=\"needs the role " + role + "\"");
        return false;
    }

    private static void challenge(HttpServletResponse response, int status, String challenge) {
        response.setStatus(status);
        response.setHeader("WWW-Authenticate", challenge);
    }
}
