package dev.ssoportal.directory;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an identity provider has proven about a person who signs in now.
 *
 * @param provider the provider's id in our configuration
 * @param subject permanent at the provider: OIDC {@code sub}, SAML NameID or the attribute configured for it
 * @param details by the names of {@link PersonDetails}
 * @param authTime when the person proved who she is, as the provider says; {@link #UNKNOWN} if it does not: too long ago for whoever asks
 * @param acr the provider's authentication context, if told
 * @param amr authentication methods (RFC 8176), if told
 * @param sessionId the provider's session: OIDC {@code sid}, SAML SessionIndex
 * @param logout what the provider wants to hear at logout; only its own upstream reads it
 */
public record UpstreamIdentity(
        String provider,
        String subject,
        String username,
        String name,
        Optional<String> email,
        boolean emailVerified,
        Optional<String> locale,
        Optional<String> picture,
        List<String> groups,
        List<String> roles,
        Map<String, String> details,
        Instant authTime,
        Optional<String> acr,
        List<String> amr,
        Optional<String> sessionId,
        Map<String, String> logout) {

    /** The time of an authentication that nobody has told. */
    public static final Instant UNKNOWN = Instant.EPOCH;

    public UpstreamIdentity {
        email = email == null ? Optional.empty() : email;
        locale = locale == null ? Optional.empty() : locale;
        picture = picture == null ? Optional.empty() : picture;
        acr = acr == null ? Optional.empty() : acr;
        sessionId = sessionId == null ? Optional.empty() : sessionId;
        groups = groups == null ? List.of() : List.copyOf(groups);
        roles = roles == null ? List.of() : List.copyOf(roles);
        amr = amr == null ? List.of() : List.copyOf(amr);
        details = details == null ? Map.of() : Map.copyOf(details);
        logout = logout == null ? Map.of() : Map.copyOf(logout);
    }

    /** What the provider's logout messages call the person: the SAML NameID, the OIDC subject. */
    public String logoutName() {
        return logout.getOrDefault("name_id", subject);
    }
}
