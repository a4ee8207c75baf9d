package dev.ssoportal.login.saml;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import net.shibboleth.shared.resolver.CriteriaSet;
import org.opensaml.core.criterion.EntityIdCriterion;
import org.opensaml.saml.common.xml.SAMLConstants;
import org.opensaml.saml.criterion.EntityRoleCriterion;
import org.opensaml.saml.criterion.ProtocolCriterion;
import org.opensaml.saml.saml2.metadata.IDPSSODescriptor;
import org.opensaml.security.SecurityException;
import org.opensaml.security.credential.UsageType;
import org.opensaml.security.criteria.UsageCriterion;
import org.opensaml.xmlsec.signature.support.SignatureTrustEngine;

/** The signature of a request in the redirect binding: over the query as it was sent, byte for byte (SAML bindings, 3.4.4.1). */
final class QuerySignature {
    private QuerySignature() {}

    static boolean isValid(String rawQuery, String entityId, SignatureTrustEngine engine) {
        Map<String, String> raw = new HashMap<>();
        for (String pair : rawQuery.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && raw.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
                return false;
            }
        }
        if (!raw.containsKey("SAMLRequest")
                || raw.containsKey("SAMLResponse")
                || !raw.containsKey("SigAlg")
                || !raw.containsKey("Signature")) {
            return false;
        }
        String relayState = raw.containsKey("RelayState") ? "&RelayState=" + raw.get("RelayState") : "";
        String signed = "SAMLRequest=" + raw.get("SAMLRequest") + relayState + "&SigAlg=" + raw.get("SigAlg");
        CriteriaSet criteria = new CriteriaSet(
                new UsageCriterion(UsageType.SIGNING),
                new EntityRoleCriterion(IDPSSODescriptor.DEFAULT_ELEMENT_NAME),
                new ProtocolCriterion(SAMLConstants.SAML20P_NS),
                new EntityIdCriterion(entityId));
        try {
            byte[] signature = Base64.getMimeDecoder().decode(decode(raw.get("Signature")));
            return engine.validate(
                    signature, signed.getBytes(StandardCharsets.UTF_8), decode(raw.get("SigAlg")), criteria, null);
        } catch (SecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
