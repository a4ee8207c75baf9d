package dev.ssoportal.login.saml;

import dev.ssoportal.directory.UpstreamIdentity;
import dev.ssoportal.http.PageError;
import dev.ssoportal.login.Claims;
import dev.ssoportal.login.IdentityProvider;
import dev.ssoportal.login.LoginAttempt;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.opensaml.saml.saml2.core.AuthnStatement;
import org.opensaml.saml.saml2.core.NameIDType;
import org.opensaml.saml.saml2.core.Response;
import org.opensaml.saml.saml2.core.StatusCode;
import org.pac4j.core.exception.TechnicalException;
import org.pac4j.saml.context.SAML2MessageContext;
import org.pac4j.saml.credentials.SAML2AuthenticationCredentials;
import org.pac4j.saml.credentials.SAML2Credentials;

/** Makes an identity of a validated assertion. */
final class AssertionReader {
    private static final Duration SKEW = Duration.ofSeconds(60);

    private final IdentityProvider provider;
    private final IdentityProvider.Saml protocol;
    private final Clock clock;

    AssertionReader(IdentityProvider provider, IdentityProvider.Saml protocol, Clock clock) {
        this.provider = provider;
        this.protocol = protocol;
        this.clock = clock;
    }

    /** Tells a refusal of the provider from an answer that is wrong; nothing but the page depends on it. */
    void requireSuccess(SAML2Credentials received) {
        if (received.getContext().getMessageContext().getMessage() instanceof Response response
                && response.getStatus() != null
                && response.getStatus().getStatusCode() != null
                && !StatusCode.SUCCESS.equals(
                        response.getStatus().getStatusCode().getValue())) {
            throw new PageError(
                    403,
                    "error.upstream-refused",
                    "provider " + provider.id() + " answered "
                            + response.getStatus().getStatusCode().getValue());
        }
    }

    UpstreamIdentity identity(
            SAML2AuthenticationCredentials credentials, SAML2MessageContext context, LoginAttempt attempt) {
        if (protocol.wantEncrypted()
                && ((Response) context.getMessageContext().getMessage())
                        .getEncryptedAssertions()
                        .isEmpty()) {
            throw new TechnicalException("the assertion came in clear although encryption is required");
        }
        String nameId = credentials.getNameId().getValue();
        String format = credentials.getNameId().getFormat();
        Claims claims = new Claims().add("NameID", nameId);
        // By name only: a friendly name is for people and identifies nothing (SAML core, 2.7.3.1).
        credentials
                .getAttributes()
                .forEach(attribute -> claims.add(attribute.getName(), attribute.getAttributeValues()));
        return provider.claims()
                .identity(
                        provider,
                        subject(nameId, format, claims),
                        claims,
                        authTime(context, attempt),
                        Optional.ofNullable(credentials.getAuthnContexts()).stream()
                                .flatMap(List::stream)
                                .findFirst(),
                        List.of(),
                        Optional.ofNullable(credentials.getSessionIndex()),
                        SamlUpstream.logoutFacts(nameId, format));
    }

    private String subject(String nameId, String format, Claims claims) {
        if (protocol.subjectAttribute().isPresent()) {
            return claims.first(protocol.subjectAttribute().get())
                    .orElseThrow(() -> new PageError(
                            502,
                            "error.upstream-claim",
                            "provider " + provider.id() + " sent no "
                                    + protocol.subjectAttribute().get()));
        }
        if (nameId == null || nameId.isBlank() || nameId.length() > 512) {
            throw new TechnicalException("a NameID that is empty or of more than 512 characters");
        }
        if (NameIDType.TRANSIENT.equals(format)) {
            throw new PageError(
                    502,
                    "error.upstream-claim",
                    "provider " + provider.id() + " names people by a transient NameID; configure subject-attribute");
        }
        return nameId;
    }

    private Instant authTime(SAML2MessageContext context, LoginAttempt attempt) {
        Instant now = clock.instant();
        Optional<Instant> instant = context.getSubjectAssertion().getAuthnStatements().stream()
                .map(AuthnStatement::getAuthnInstant)
                .filter(time -> time != null)
                .findFirst();
        if (attempt.asked().fresh()
                && instant.filter(time -> !time.isBefore(attempt.createdAt().minus(SKEW)))
                        .isEmpty()) {
            throw new PageError(
                    502,
                    "error.upstream-stale",
                    "provider " + provider.id() + " was asked for a fresh sign-in and proved none");
        }
        Instant earliest = attempt.asked().fresh() ? attempt.createdAt() : UpstreamIdentity.UNKNOWN;
        return instant.map(time -> time.isBefore(now) ? time : now)
                .filter(time -> !time.isBefore(earliest))
                .orElse(earliest);
    }
}
