package dev.ssoportal.login.saml;

import org.opensaml.saml.saml2.core.Response;
import org.opensaml.saml.saml2.core.SubjectConfirmationData;
import org.opensaml.saml.saml2.encryption.Decrypter;
import org.pac4j.core.credentials.Credentials;
import org.pac4j.saml.config.SAML2Configuration;
import org.pac4j.saml.context.SAML2MessageContext;
import org.pac4j.saml.crypto.SAML2SignatureTrustEngineProvider;
import org.pac4j.saml.exceptions.SAMLInResponseToMismatchException;
import org.pac4j.saml.replay.ReplayCacheProvider;
import org.pac4j.saml.sso.impl.SAML2AuthnResponseValidator;

/**
 * Accepts a response only to a request of ours. Stock validation accepts one without InResponseTo, and where only the assertion is signed
 * the response's InResponseTo is the sender's to choose: so the one inside the signed assertion has to agree (SAML profiles, <a
 * href="https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf">4.1.4.3</a>).
 */
final class StrictResponseValidator extends SAML2AuthnResponseValidator {

    StrictResponseValidator(
            SAML2SignatureTrustEngineProvider trustEngine,
            Decrypter decrypter,
            ReplayCacheProvider replayCache,
            SAML2Configuration configuration) {
        super(trustEngine, decrypter, replayCache, configuration, null);
    }

    @Override
    public Credentials validate(SAML2MessageContext context) {
        if (context.getMessageContext().getMessage() instanceof Response response
                && (response.getInResponseTo() == null
                        || response.getInResponseTo().isBlank())) {
            throw new SAMLInResponseToMismatchException("an unsolicited response is refused");
        }
        return super.validate(context);
    }

    @Override
    protected boolean isValidBearerSubjectConfirmationData(SubjectConfirmationData data, SAML2MessageContext context) {
        Response response = (Response) context.getMessageContext().getMessage();
        return super.isValidBearerSubjectConfirmationData(data, context)
                && data.getInResponseTo() != null
                && data.getInResponseTo().equals(response.getInResponseTo());
    }
}
