package dev.ssoportal.login.saml;

import java.time.Instant;
import java.util.List;
import net.shibboleth.shared.net.URIComparator;
import org.opensaml.saml.common.xml.SAMLConstants;
import org.opensaml.saml.saml2.core.LogoutRequest;
import org.opensaml.saml.saml2.core.LogoutResponse;
import org.opensaml.saml.saml2.encryption.Decrypter;
import org.opensaml.xmlsec.signature.support.SignatureTrustEngine;
import org.pac4j.saml.context.SAML2MessageContext;
import org.pac4j.saml.crypto.SAML2SignatureTrustEngineProvider;
import org.pac4j.saml.exceptions.SAMLException;
import org.pac4j.saml.exceptions.SAMLIssueInstantException;
import org.pac4j.saml.exceptions.SAMLIssuerException;
import org.pac4j.saml.exceptions.SAMLSignatureRequiredException;
import org.pac4j.saml.logout.impl.SAML2LogoutValidator;
import org.pac4j.saml.replay.ReplayCacheProvider;

/**
 * Demands of a LogoutRequest what stock validation leaves open: a signature, in the XML or in the query as the binding has it, a name, an
 * issuer, freshness, and that it has not been seen before (SAML profiles, 4.4.4.1; bindings, 3.4.4.1).
 */
final class StrictLogoutValidator extends SAML2LogoutValidator {

    StrictLogoutValidator(
            SAML2SignatureTrustEngineProvider trustEngine,
            Decrypter decrypter,
            ReplayCacheProvider replayCache,
            URIComparator uriComparator) {
        super(trustEngine, decrypter, null, replayCache, uriComparator);
    }

    @Override
    protected void validateLogoutRequest(
            LogoutRequest request, SAML2MessageContext context, SignatureTrustEngine engine) {
        requireSignature(request, context, engine);
        if (request.getIssuer() == null) {
            throw new SAMLIssuerException("a logout request without an issuer is refused");
        }
        if (request.getNameID() == null) {
            throw new SAMLException("a logout request has to name somebody");
        }
        validateIssueInstant(request.getIssueInstant());
        Instant notOnOrAfter = request.getNotOnOrAfter();
        if (notOnOrAfter != null && notOnOrAfter.plusSeconds(acceptedSkew).isBefore(Instant.now())) {
            throw new SAMLIssueInstantException("the logout request has expired");
        }
        verifyEndpoint(
                List.of(context.getSPSSODescriptor()
                        .getSingleLogoutServices()
                        .get(0)
                        .getLocation()),
                request.getDestination(),
                true);
        verifyMessageReplay(context);
        super.validateLogoutRequest(request, context, engine);
    }

    /** We end a session on our own account and only pass the browser on when the answer comes; nothing rests on it. */
    @Override
    protected void validateLogoutResponse(
            LogoutResponse response, SAML2MessageContext context, SignatureTrustEngine engine) {
        throw new SAMLException("logout responses are not read");
    }

    private static void requireSignature(
            LogoutRequest request, SAML2MessageContext context, SignatureTrustEngine engine) {
        boolean redirect = SAMLConstants.SAML2_REDIRECT_BINDING_URI.equals(
                context.getSAMLBindingContext().getBindingUri());
        if (redirect) {
            String query =
                    context.getCallContext().webContext().getQueryString().orElse("");
            if (!QuerySignature.isValid(
                    query, context.getSAMLPeerEntityContext().getEntityId(), engine)) {
                throw new SAMLSignatureRequiredException("no valid signature in the query");
            }
            context.getSAMLPeerEntityContext().setAuthenticated(true);
        } else if (request.getSignature() == null) {
            throw new SAMLSignatureRequiredException("an unsigned logout request is refused");
        }
        // The signature in the XML is verified by the stock validation that follows.
    }
}
