package dev.ssoportal.crypto;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Amazon Corretto Crypto Provider, if this machine can load it: ES256 signatures over twenty times faster than the JDK's. */
public final class FastCrypto {
    private static final Logger LOG = LoggerFactory.getLogger(FastCrypto.class);
    private static final Optional<Provider> PROVIDER = load();

    private FastCrypto() {}

    public static Optional<Provider> provider() {
        return PROVIDER;
    }

    private static Optional<Provider> load() {
        try {
            AmazonCorrettoCryptoProvider provider = AmazonCorrettoCryptoProvider.INSTANCE;
            if (provider.getLoadingError() == null) {
                return Optional.of(provider);
            }
            LOG.info(
                    "signing with the JDK's provider: {}",
                    provider.getLoadingError().getMessage());
        } catch (LinkageError e) {
            LOG.info("signing with the JDK's provider: {}", e.toString());
        }
        return Optional.empty();
    }
}
