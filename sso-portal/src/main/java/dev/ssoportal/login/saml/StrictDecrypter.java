package dev.ssoportal.login.saml;

import java.util.List;
import org.opensaml.saml.saml2.encryption.Decrypter;
import org.opensaml.saml.saml2.encryption.EncryptedElementTypeEncryptedKeyResolver;
import org.opensaml.xmlsec.encryption.EncryptedData;
import org.opensaml.xmlsec.encryption.EncryptedKey;
import org.opensaml.xmlsec.encryption.EncryptedType;
import org.opensaml.xmlsec.encryption.support.ChainingEncryptedKeyResolver;
import org.opensaml.xmlsec.encryption.support.InlineEncryptedKeyResolver;
import org.opensaml.xmlsec.encryption.support.PreDecryptionValidationException;
import org.opensaml.xmlsec.encryption.support.PreDecryptionValidator;
import org.opensaml.xmlsec.keyinfo.KeyInfoCredentialResolver;

/**
 * Decrypts assertions with listed algorithms only, and looks for ciphertext and keys only where they stand: a reference or a transform
 * would let an unauthenticated sender make us fetch or compute what he likes.
 */
final class StrictDecrypter extends Decrypter {

    StrictDecrypter(KeyInfoCredentialResolver keys) {
        super(
                null,
                keys,
                new ChainingEncryptedKeyResolver(
                        List.of(new InlineEncryptedKeyResolver(), new EncryptedElementTypeEncryptedKeyResolver())),
                Algorithms.ENCRYPTION,
                null);
        setRootInNewDocument(true);
        setPreDecryptionValidator(new NoReferences());
    }

    private static final class NoReferences implements PreDecryptionValidator {
        @Override
        public void validate(EncryptedData data) throws PreDecryptionValidationException {
            check(data);
        }

        @Override
        public void validate(EncryptedKey key) throws PreDecryptionValidationException {
            check(key);
        }

        private static void check(EncryptedType encrypted) throws PreDecryptionValidationException {
            if (encrypted.getCipherData() == null || encrypted.getCipherData().getCipherReference() != null) {
                throw new PreDecryptionValidationException("a reference instead of ciphertext is refused");
            }
            if (encrypted.getKeyInfo() != null
                    && !encrypted.getKeyInfo().getRetrievalMethods().isEmpty()) {
                throw new PreDecryptionValidationException("a retrieval method instead of a key is refused");
            }
        }
    }
}
