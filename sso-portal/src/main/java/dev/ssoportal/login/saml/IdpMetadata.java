package dev.ssoportal.login.saml;

import dev.ssoportal.http.OutboundHttp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.shibboleth.shared.component.ComponentInitializationException;
import net.shibboleth.shared.resolver.CriteriaSet;
import net.shibboleth.shared.resolver.ResolverException;
import net.shibboleth.shared.xml.XMLParserException;
import org.opensaml.core.criterion.EntityIdCriterion;
import org.opensaml.core.xml.XMLObject;
import org.opensaml.saml.common.xml.SAMLConstants;
import org.opensaml.saml.metadata.resolver.MetadataResolver;
import org.opensaml.saml.metadata.resolver.impl.DOMMetadataResolver;
import org.opensaml.saml.saml2.metadata.EntityDescriptor;
import org.opensaml.saml.saml2.metadata.KeyDescriptor;
import org.opensaml.xmlsec.keyinfo.KeyInfoSupport;
import org.pac4j.saml.exceptions.SAMLException;
import org.pac4j.saml.metadata.SAML2MetadataResolver;
import org.pac4j.saml.util.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.w3c.dom.Document;

/**
 * A provider's metadata, from a URL or a file. A new copy counts once it has been parsed and found to describe the provider; until then, and
 * whenever the source is away or broken, the last good copy does. It is kept in the data folder, so that a restart is no outage.
 */
final class IdpMetadata implements SAML2MetadataResolver {
    private static final Logger LOG = LoggerFactory.getLogger(IdpMetadata.class);
    private static final Duration WARN_BEFORE = Duration.ofDays(30);

    private final String providerId;
    private final String source;
    private final Optional<String> wantedEntityId;
    private final OutboundHttp http;
    private final Path lastGoodFile;
    private volatile Copy current;

    private record Copy(MetadataResolver resolver, String entityId, EntityDescriptor descriptor, String xml) {}

    IdpMetadata(String providerId, String source, Optional<String> entityId, OutboundHttp http, Path data) {
        this.providerId = providerId;
        this.source = source;
        this.wantedEntityId = entityId;
        this.http = http;
        this.lastGoodFile = data.resolve("saml-metadata").resolve(providerId + ".xml");
    }

    boolean isAvailable() {
        return current != null;
    }

    /** Fetches, checks and takes over a new copy; keeps the old one when any of that fails. Says whether there is a new one. */
    boolean refresh(Instant now) {
        boolean fresh = false;
        try {
            String xml = source.startsWith("http://") || source.startsWith("https://")
                    ? http.get(URI.create(source), Map.of("Accept", "application/samlmetadata+xml, application/xml"))
                    : Files.readString(Path.of(source));
            current = parse(xml);
            keep(xml);
            fresh = true;
        } catch (IOException | SAMLException e) {
            LOG.warn("metadata of {} cannot be refreshed: {}", providerId, e.toString());
            if (current == null) {
                recall();
            }
        }
        warnOfExpiry(now);
        return fresh;
    }

    private void keep(String xml) {
        try {
            Files.createDirectories(lastGoodFile.getParent());
            Path fresh = Files.writeString(lastGoodFile.resolveSibling(lastGoodFile.getFileName() + ".new"), xml);
            Files.move(fresh, lastGoodFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("the good copy of the metadata of {} cannot be kept: {}", providerId, e.getMessage());
        }
    }

    private void recall() {
        if (Files.exists(lastGoodFile)) {
            try {
                current = parse(Files.readString(lastGoodFile));
                LOG.warn("going on with the last good copy of the metadata of {}", providerId);
            } catch (IOException | SAMLException e) {
                LOG.warn("the kept copy of the metadata of {} is unusable: {}", providerId, e.getMessage());
            }
        }
    }

    private Copy parse(String xml) {
        try {
            Document document =
                    Configuration.getParserPool().parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
            String entityId =
                    wantedEntityId.orElseGet(() -> document.getDocumentElement().getAttribute("entityID"));
            if (entityId.isEmpty()) {
                throw new SAMLException("the metadata describes several entities; configure entity-id");
            }
            DOMMetadataResolver resolver = new DOMMetadataResolver(document.getDocumentElement());
            resolver.setParserPool(Configuration.getParserPool());
            resolver.setRequireValidMetadata(true);
            resolver.setFailFastInitialization(true);
            resolver.setId("idp-" + providerId);
            resolver.initialize();
            EntityDescriptor descriptor = resolver.resolveSingle(new CriteriaSet(new EntityIdCriterion(entityId)));
            if (descriptor == null || descriptor.getIDPSSODescriptor(SAMLConstants.SAML20P_NS) == null) {
                throw new SAMLException("no SAML 2.0 identity provider named " + entityId + " in it");
            }
            return new Copy(resolver, entityId, descriptor, xml);
        } catch (XMLParserException | ComponentInitializationException | ResolverException e) {
            throw new SAMLException("not usable as metadata: " + e.getMessage(), e);
        }
    }

    private void warnOfExpiry(Instant now) {
        Copy copy = current;
        if (copy == null) {
            return;
        }
        Instant soon = now.plus(WARN_BEFORE);
        if (copy.descriptor().getValidUntil() != null
                && copy.descriptor().getValidUntil().isBefore(soon)) {
            LOG.warn(
                    "metadata of {} is valid until {} only",
                    providerId,
                    copy.descriptor().getValidUntil());
        }
        for (X509Certificate certificate : certificates()) {
            if (certificate.getNotAfter().toInstant().isBefore(soon)) {
                LOG.warn(
                        "certificate {} of {} ends at {}",
                        certificate.getSerialNumber(),
                        providerId,
                        certificate.getNotAfter().toInstant());
            }
        }
    }

    /** The certificates the provider signs with; there may be several while it changes them. */
    List<X509Certificate> certificates() {
        List<X509Certificate> certificates = new ArrayList<>();
        for (KeyDescriptor key : current.descriptor()
                .getIDPSSODescriptor(SAMLConstants.SAML20P_NS)
                .getKeyDescriptors()) {
            try {
                certificates.addAll(KeyInfoSupport.getCertificates(key.getKeyInfo()));
            } catch (java.security.cert.CertificateException e) {
                LOG.warn("a certificate of {} is unreadable: {}", providerId, e.getMessage());
            }
        }
        return certificates;
    }

    @Override
    public MetadataResolver resolve(boolean force) {
        return current.resolver();
    }

    @Override
    public String getEntityId() {
        return current.entityId();
    }

    @Override
    public String getMetadata() {
        return current.xml();
    }

    @Override
    public XMLObject getEntityDescriptorElement() {
        return current.descriptor();
    }
}
