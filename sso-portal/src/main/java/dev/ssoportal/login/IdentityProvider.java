package dev.ssoportal.login;

import dev.ssoportal.config.Secret;
import dev.ssoportal.config.Section;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * An identity provider as configured.
 *
 * @param id part of our URLs and of the key by which people are found again; never change it
 * @param emailDomains people with an address in one of these, or in a sub-domain, are sent here
 * @param linkByVerifiedEmail whether an address this provider calls verified proves who an existing account is
 * @param trustEmail whether every address from this provider counts as verified
 * @param requireEmail whether a sign-in without an address is refused
 * @param logoutUpstream whether signing out here signs out there too
 * @param frontchannelLogout whether it may end sessions here by a page in a browser, with {@code iss} and {@code sid}
 * @param acrValues the authentication contexts that its word counts for; an OpenID provider is asked for them, too
 */
public record IdentityProvider(
        String id,
        String name,
        List<String> emailDomains,
        boolean linkByVerifiedEmail,
        boolean trustEmail,
        boolean requireEmail,
        boolean logoutUpstream,
        boolean frontchannelLogout,
        List<String> acrValues,
        ClaimMapping claims,
        List<RoleMapping> roleMappings,
        Protocol protocol) {

    /** How we speak with it. */
    public sealed interface Protocol permits Oidc, Saml {}

    /** OpenID Connect. */
    public record Oidc(
            URI issuer,
            String clientId,
            Optional<Secret> clientSecret,
            boolean secretInBody,
            List<String> scopes,
            boolean userInfo)
            implements Protocol {}

    /**
     * SAML 2.0.
     *
     * @param metadata a URL or a path
     * @param entityId the provider's; needed when the metadata describes several
     * @param postBinding whether AuthnRequests go by POST instead of by redirect
     * @param subjectAttribute the attribute that identifies a person; absent means the NameID
     */
    public record Saml(
            String metadata,
            Optional<String> entityId,
            boolean postBinding,
            boolean wantEncrypted,
            Optional<String> subjectAttribute)
            implements Protocol {}

    private enum Type {
        OIDC,
        SAML
    }

    private enum Binding {
        REDIRECT,
        POST
    }

    /** @param taken the ids in use so far; this one is added */
    public static IdentityProvider read(Section section, Set<String> taken) {
        String id = section.string("id");
        if (!id.matches("[a-z0-9-]{1,64}")) {
            section.problem("id", "must be 1 to 64 of a-z, 0-9 and -");
        }
        if (!taken.add(id)) {
            section.problem("id", "\"" + id + "\" is used twice");
        }
        boolean oidc = section.choice("type", Type.class, Type.OIDC) == Type.OIDC;
        return new IdentityProvider(
                id,
                section.string("name", id),
                section.strings("email-domains").stream()
                        .map(domain -> domain.toLowerCase(Locale.ROOT))
                        .toList(),
                section.flag("link-by-verified-email", false),
                section.flag("trust-email", false),
                section.flag("require-email", false),
                section.flag("logout-upstream", true),
                section.flag("frontchannel-logout", false),
                section.strings("acr-values"),
                section.section("claims", oidc ? ClaimMapping::readForOidc : ClaimMapping::readForSaml),
                section.sections("roles", RoleMapping::read),
                oidc ? readOidc(section) : readSaml(section));
    }

    private static Oidc readOidc(Section section) {
        List<String> scopes = section.strings("scopes");
        return new Oidc(
                section.url("issuer"),
                section.string("client-id"),
                section.optionalSecret("client-secret"),
                section.flag("client-secret-in-body", false),
                scopes.isEmpty() ? List.of("openid", "profile", "email") : scopes,
                section.flag("user-info", true));
    }

    private static Saml readSaml(Section section) {
        return new Saml(
                section.location("metadata"),
                section.optionalString("entity-id"),
                section.choice("binding", Binding.class, Binding.REDIRECT) == Binding.POST,
                section.flag("require-encrypted-assertions", false),
                section.optionalString("subject-attribute"));
    }
}
