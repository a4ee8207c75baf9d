package dev.ssoportal.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.Algorithm;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import dev.ssoportal.config.DatabaseConfig;
import dev.ssoportal.store.Database;
import dev.ssoportal.testing.TestClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeysTest {
    private static final Duration RETENTION = Duration.ofDays(30);

    private final TestClock clock = new TestClock();
    private final RandomIds ids = new RandomIds();
    private Database database;

    @BeforeEach
    void open() {
        database = Database.open(
                new DatabaseConfig(
                        Optional.of("jdbc:h2:mem:" + ids.id() + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"),
                        Optional.empty(),
                        Optional.empty(),
                        5,
                        Duration.ofSeconds(3)),
                Path.of("unused"));
    }

    @AfterEach
    void close() {
        database.close();
    }

    private SigningKeys member() {
        return member(JWSAlgorithm.ES256, JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.EdDSA);
    }

    private SigningKeys member(JWSAlgorithm... algorithms) {
        SigningKeyStore store = new SigningKeyStore(database, new MasterKey("keys", ids), clock);
        return new SigningKeys(store, ids, List.of(algorithms), RETENTION, clock);
    }

    private static String current(SigningKeys keys) {
        return keys.current(JWSAlgorithm.ES256).keyId();
    }

    private static List<String> published(SigningKeys keys) {
        return keys.publicKeys().getKeys().stream()
                .filter(key -> JWSAlgorithm.ES256.equals(key.getAlgorithm()))
                .map(JWK::getKeyID)
                .toList();
    }

    @Test
    void publishesANewKeyBeforeItSignsAndTheOldOneWhileItIsNeeded() {
        SigningKeys keys = member();
        SigningKeys other = member();
        String first = current(keys);
        assertThat(current(other)).isEqualTo(first);

        keys.rotate(SigningKeys.LEAD);

        assertThat(published(keys)).hasSize(2).contains(first);
        assertThat(current(keys)).isEqualTo(first);
        String second = published(keys).get(1);
        clock.pass(SigningKeys.LEAD);
        keys.refresh();
        other.refresh();
        assertThat(current(keys)).isEqualTo(second);
        assertThat(current(other)).isEqualTo(second);
        assertThat(other.verifier(first)).isPresent();

        clock.pass(RETENTION.plusSeconds(1));
        keys.refresh();
        other.refresh();
        assertThat(published(keys)).containsExactly(second);
        assertThat(published(other)).containsExactly(second);
        assertThat(other.verifier(first)).isEmpty();
    }

    @Test
    void publishesOnlyWhatItSignsWith() {
        SigningKeys before = member();
        assertThat(before.publicKeys().getKeys()).hasSize(4);

        SigningKeys keys = member(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

        assertThat(keys.publicKeys().getKeys())
                .extracting(JWK::getAlgorithm)
                .map(Algorithm::getName)
                .containsExactlyInAnyOrder("RS256", "ES256");
        assertThat(keys.current(JWSAlgorithm.EdDSA)).isNull();
        String old = before.current(JWSAlgorithm.EdDSA).keyId();
        assertThat(keys.verifier(old)).isPresent();

        keys.rotate(Duration.ZERO);

        // A key that was lost while nobody used it does not come back with its algorithm.
        assertThat(member().current(JWSAlgorithm.EdDSA).keyId()).isNotEqualTo(old);
    }

    @Test
    void rotatesBySchedule() {
        SigningKeys keys = member();
        SigningKeys other = member();
        keys.rotateOlderThan(Duration.ofDays(90));
        assertThat(published(keys)).hasSize(1);

        clock.pass(Duration.ofDays(91));
        keys.rotateOlderThan(Duration.ofDays(90));
        other.rotateOlderThan(Duration.ofDays(90));

        assertThat(published(keys)).hasSize(2).isEqualTo(published(other));
    }

    @Test
    void letsAKeySignAtOnceWhenItHasTo() {
        SigningKeys keys = member();
        String first = current(keys);

        keys.rotate(Duration.ZERO);

        assertThat(current(keys)).isNotEqualTo(first);
        assertThat(published(keys)).contains(first, current(keys));
    }

    @Test
    void keepsPrivateHalvesEncryptedAndPublishesNone() {
        SigningKeys keys = member();

        assertThat(keys.publicKeys().getKeys()).noneMatch(JWK::isPrivate);
        List<String> stored = database.query(handle -> handle.createQuery("select private_part from signing_key")
                .mapTo(String.class)
                .list());
        assertThat(stored).isNotEmpty().noneMatch(text -> text.contains("\"d\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256", "ES256", "EdDSA"})
    void signsWithEachAlgorithmSoThatOthersCanVerify(String name) throws Exception {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        SigningKeys keys = member();
        SigningKeys.Current key = keys.current(algorithm);

        JWSObject signed = new JWSObject(
                new JWSHeader.Builder(algorithm).keyID(key.keyId()).build(), new Payload("text"));
        signed.sign(key.signer());
        JWSObject received = JWSObject.parse(signed.serialize());

        assertThat(received.verify(Verifiers.of(keys.publicKeys().getKeyByKeyId(key.keyId()))))
                .isTrue();
        assertThat(received.verify(keys.verifier(key.keyId()).orElseThrow())).isTrue();
        assertThat(received.verify(Verifiers.of(KeyPairs.generate(algorithm, "other"))))
                .isFalse();
    }

    /** RFC 8037, appendix A.4. */
    @Test
    void knowsTheSignatureOfTheSpecification() throws Exception {
        OctetKeyPair key = OctetKeyPair.parse(
                "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\","
                        + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}");
        String expected = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
                + "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        JWSObject signed = new JWSObject(new JWSHeader(JWSAlgorithm.EdDSA), new Payload("Example of Ed25519 signing"));

        signed.sign(KeyPairs.signer(key));

        assertThat(signed.serialize()).isEqualTo(expected);
        assertThat(JWSObject.parse(expected).verify(Verifiers.of(key))).isTrue();
    }
}
