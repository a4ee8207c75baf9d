package dev.ssoportal.token;

import java.time.Instant;
import java.util.Optional;

/**
 * That some access tokens are worth nothing any more. A token is meant when it matches every name that is given here; one issued after
 * {@code revokedAt} is not meant by a subject and a client.
 *
 * @param tokenId a token's {@code jti}
 * @param grantId what the {@code jti} of the tokens of a grant begins with, up to the dot
 * @param sessionId {@code sid}
 * @param subject {@code sub}
 * @param clientId {@code client_id}
 * @param expiresAt when every token that is meant has expired by itself
 */
public record Revocation(
        Optional<String> tokenId,
        Optional<String> grantId,
        Optional<String> sessionId,
        Optional<String> subject,
        Optional<String> clientId,
        Instant revokedAt,
        Instant expiresAt) {}
