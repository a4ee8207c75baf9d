package dev.ssoportal.login;

import dev.ssoportal.config.Section;
import dev.ssoportal.directory.PersonDetails;
import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.PageError;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which claim of a provider is which fact about a person. Each fact may name several claims; the first that is there counts. */
public record ClaimMapping(
        List<String> username,
        List<String> name,
        List<String> email,
        List<String> emailVerified,
        List<String> locale,
        List<String> picture,
        List<String> groups,
        Map<String, List<String>> details) {

    /** The names of OpenID Connect Core, section 5.1. */
    static ClaimMapping readForOidc(Section section) {
        return new ClaimMapping(
                names(section, "username", "preferred_username", "email", "sub"),
                names(section, "name", "name", "preferred_username"),
                names(section, "email", "email"),
                names(section, "email-verified", "email_verified"),
                names(section, "locale", "locale"),
                names(section, "picture", "picture"),
                names(section, "groups", "groups"),
                details(section, Map.of()));
    }

    /** The names in use for SAML attributes: plain, as OIDs, and as Microsoft writes them. */
    static ClaimMapping readForSaml(Section section) {
        String microsoft = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
        return new ClaimMapping(
                names(
                        section,
                        "username",
                        "uid",
                        "username",
                        "urn:oid:0.9.2342.19200300.100.1.1",
                        microsoft + "name",
                        "email",
                        "NameID"),
                names(
                        section,
                        "name",
                        "displayName",
                        "name",
                        "urn:oid:2.16.840.1.113730.3.1.241",
                        "cn",
                        "uid",
                        "username",
                        "NameID"),
                names(
                        section,
                        "email",
                        "email",
                        "mail",
                        "urn:oid:0.9.2342.19200300.100.1.3",
                        microsoft + "emailaddress"),
                names(section, "email-verified", "emailVerified"),
                names(section, "locale", "preferredLanguage", "locale"),
                names(section, "picture", "picture"),
                names(section, "groups", "groups", "memberOf", "http://schemas.xmlsoap.org/claims/Group", "Role"),
                details(
                        section,
                        Map.of(
                                "given_name", List.of("givenName", "urn:oid:2.5.4.42", microsoft + "givenname"),
                                "family_name", List.of("sn", "surname", "urn:oid:2.5.4.4", microsoft + "surname"),
                                "phone_number", List.of("telephoneNumber", "urn:oid:2.5.4.20"))));
    }

    /** Where a detail is found; by its own name unless said otherwise. */
    private static Map<String, List<String>> details(Section section, Map<String, List<String>> otherwise) {
        Map<String, List<String>> given = section.stringLists("details");
        given.keySet().stream()
                .filter(name -> !PersonDetails.NAMES.contains(name))
                .forEach(name -> section.problem("details", "\"" + name + "\" is not one of " + PersonDetails.NAMES));
        Map<String, List<String>> details = new HashMap<>(otherwise);
        details.putAll(given);
        return Map.copyOf(details);
    }

    private static List<String> names(Section section, String key, String... otherwise) {
        List<String> names = section.strings(key);
        return names.isEmpty() ? List.of(otherwise) : names;
    }

    /**
     * Makes an identity of a provider's claims.
     *
     * @throws PageError when a claim that we cannot do without is missing
     */
    public UpstreamIdentity identity(
            IdentityProvider provider,
            String subject,
            Claims claims,
            Instant authTime,
            Optional<String> acr,
            List<String> amr,
            Optional<String> sessionId,
            Map<String, String> logout) {
        String userName = first(claims, username).orElseThrow(() -> missing(provider, username));
        Optional<String> address = first(claims, email);
        if (provider.requireEmail() && address.isEmpty()) {
            throw missing(provider, email);
        }
        boolean verified = provider.trustEmail()
                || first(claims, emailVerified).map("true"::equalsIgnoreCase).orElse(false);
        return new UpstreamIdentity(
                provider.id(),
                subject,
                cut(userName, 255),
                cut(first(claims, name).orElse(userName), 255),
                address.filter(text -> text.length() <= 320),
                verified && address.isPresent(),
                first(claims, locale).filter(text -> text.length() <= 35),
                first(claims, picture).filter(text -> text.length() <= 2048 && text.startsWith("https://")),
                all(claims, groups),
                rolesFor(provider, claims),
                PersonDetails.from(name -> first(claims, details.getOrDefault(name, List.of(name)))),
                authTime,
                acr.filter(provider.acrValues()::contains),
                amr,
                sessionId,
                logout);
    }

    private static List<String> rolesFor(IdentityProvider provider, Claims claims) {
        Set<String> roles = new LinkedHashSet<>();
        provider.roleMappings().forEach(mapping -> roles.addAll(mapping.rolesFor(claims)));
        return List.copyOf(roles);
    }

    private static PageError missing(IdentityProvider provider, List<String> names) {
        return new PageError(
                502,
                "error.upstream-claim",
                "provider " + provider.id() + " sent none of the required claims " + names);
    }

    private static Optional<String> first(Claims claims, List<String> names) {
        return names.stream().flatMap(name -> claims.first(name).stream()).findFirst();
    }

    private static List<String> all(Claims claims, List<String> names) {
        return names.stream().filter(claims::has).findFirst().map(claims::all).orElse(List.of());
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }
}
