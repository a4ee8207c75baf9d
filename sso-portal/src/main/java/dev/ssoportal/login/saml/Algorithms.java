package dev.ssoportal.login.saml;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.opensaml.xmlsec.encryption.support.EncryptionConstants;
import org.opensaml.xmlsec.signature.support.SignatureConstants;

/** What we accept from a provider; everything else is refused, above all SHA-1, CBC and RSA 1.5. */
final class Algorithms {
    static final Set<String> SIGNATURES = Set.of(
            SignatureConstants.ALGO_ID_SIGNATURE_RSA_SHA256,
            SignatureConstants.ALGO_ID_SIGNATURE_RSA_SHA384,
            SignatureConstants.ALGO_ID_SIGNATURE_RSA_SHA512,
            SignatureConstants.ALGO_ID_SIGNATURE_ECDSA_SHA256,
            SignatureConstants.ALGO_ID_SIGNATURE_ECDSA_SHA384,
            SignatureConstants.ALGO_ID_SIGNATURE_ECDSA_SHA512);

    static final Set<String> SIGNATURES_AND_DIGESTS = union(
            SIGNATURES,
            Set.of(
                    SignatureConstants.ALGO_ID_DIGEST_SHA256,
                    SignatureConstants.ALGO_ID_DIGEST_SHA384,
                    SignatureConstants.ALGO_ID_DIGEST_SHA512));

    /** AES-GCM under RSA-OAEP. The SHA-1 here is the digest inside OAEP, where collisions are of no use to anyone. */
    static final Set<String> ENCRYPTION = Set.of(
            EncryptionConstants.ALGO_ID_BLOCKCIPHER_AES128_GCM,
            EncryptionConstants.ALGO_ID_BLOCKCIPHER_AES192_GCM,
            EncryptionConstants.ALGO_ID_BLOCKCIPHER_AES256_GCM,
            EncryptionConstants.ALGO_ID_KEYTRANSPORT_RSAOAEP,
            EncryptionConstants.ALGO_ID_KEYTRANSPORT_RSAOAEP11,
            SignatureConstants.ALGO_ID_DIGEST_SHA1,
            EncryptionConstants.ALGO_ID_DIGEST_SHA256,
            EncryptionConstants.ALGO_ID_MGF1_SHA1,
            EncryptionConstants.ALGO_ID_MGF1_SHA256);

    /** What we sign with ourselves. */
    static final List<String> OUR_SIGNATURES = List.of(SignatureConstants.ALGO_ID_SIGNATURE_RSA_SHA256);

    static final List<String> OUR_DIGESTS = List.of(SignatureConstants.ALGO_ID_DIGEST_SHA256);

    private Algorithms() {}

    private static Set<String> union(Set<String> a, Set<String> b) {
        HashSet<String> all = new HashSet<>(a);
        all.addAll(b);
        return Set.copyOf(all);
    }
}
