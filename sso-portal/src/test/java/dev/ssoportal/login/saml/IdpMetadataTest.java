package dev.ssoportal.login.saml;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.ssoportal.http.OutboundHttp;
import dev.ssoportal.testing.FakeSamlProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class IdpMetadataTest {
    @TempDir
    private Path folder;

    private final FakeSamlProvider idp = new FakeSamlProvider();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private IdpMetadata metadata;
    private Path file;

    @BeforeEach
    void read() throws IOException {
        log.start();
        ((Logger) LoggerFactory.getLogger(IdpMetadata.class)).addAppender(log);
        file = Files.writeString(folder.resolve("idp.xml"), idp.metadata());
        metadata = new IdpMetadata(
                "partner", file.toString(), Optional.empty(), new OutboundHttp(), folder.resolve("data"));
        assertThat(metadata.refresh(Instant.now())).isTrue();
    }

    @AfterEach
    void stopListening() {
        ((Logger) LoggerFactory.getLogger(IdpMetadata.class)).detachAppender(log);
    }

    private List<String> warnings() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void takesOverNewCertificatesAtTheNextRefresh() throws IOException {
        X509Certificate old = idp.signingCertificate();
        idp.changeKey();
        Files.writeString(file, idp.metadata(old, idp.signingCertificate()));

        metadata.refresh(Instant.now());

        assertThat(metadata.certificates()).containsExactly(old, idp.signingCertificate());
    }

    @Test
    void keepsTheLastGoodCopyWhenTheNewOneIsBroken() throws IOException {
        for (String broken : List.of("", "<a", "<a/>", idp.metadata().replace("IDPSSODescriptor", "SPSSODescriptor"))) {
            Files.writeString(file, broken);

            assertThat(metadata.refresh(Instant.now())).isFalse();

            assertThat(metadata.getEntityId()).isEqualTo(idp.entityId());
            assertThat(metadata.certificates()).containsExactly(idp.signingCertificate());
        }
    }

    @Test
    void warnsOfCertificatesThatEndSoon() {
        assertThat(warnings()).isEmpty();

        metadata.refresh(Instant.now().plus(Duration.ofDays(340)));

        assertThat(warnings()).hasSize(1).first().asString().contains("certificate", "of partner ends at");
    }
}
