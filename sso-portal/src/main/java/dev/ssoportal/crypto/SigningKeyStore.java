package dev.ssoportal.crypto;

import dev.ssoportal.store.Database;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Keys in SQL, private halves encrypted, in generations. Members that make one together agree: the first insert wins. */
public final class SigningKeyStore {
    private final Database database;
    private final MasterKey masterKey;
    private final Clock clock;

    /** A key as text: the public half in clear, the private half to be encrypted. */
    public record StoredKey(String keyId, String publicPart, String privatePart) {}

    /** @param activatesAt when it begins to sign */
    record Generation(String purpose, int number, StoredKey key, Instant createdAt, Instant activatesAt) {}

    public SigningKeyStore(Database database, MasterKey masterKey, Clock clock) {
        this.database = database;
        this.masterKey = masterKey;
        this.clock = clock;
    }

    /** The newest key for a purpose; made and stored if there is none. */
    public StoredKey findOrCreate(String purpose, Supplier<StoredKey> generator) {
        List<Generation> found = ofPurpose(purpose);
        if (found.isEmpty()) {
            insert(purpose, 1, generator.get(), clock.instant());
            found = ofPurpose(purpose);
        }
        return found.get(found.size() - 1).key();
    }

    private List<Generation> ofPurpose(String purpose) {
        return generations(purpose).stream()
                .filter(generation -> generation.purpose().equals(purpose))
                .toList();
    }

    /** All keys whose purpose begins so: by purpose, the oldest first. */
    List<Generation> generations(String purposePrefix) {
        return database.query(handle -> handle.createQuery(
                        "select purpose, generation, key_id, public_part, private_part, created_at, activates_at"
                                + " from signing_key where purpose like :prefix order by purpose, generation")
                .bind("prefix", purposePrefix + "%")
                .map((row, context) -> generation(row))
                .list());
    }

    private Generation generation(ResultSet row) throws SQLException {
        String purpose = row.getString(1);
        return new Generation(
                purpose,
                row.getInt(2),
                new StoredKey(
                        row.getString(3),
                        row.getString(4),
                        new String(masterKey.decrypt(row.getString(5), purpose), StandardCharsets.UTF_8)),
                Instant.ofEpochMilli(row.getLong(6)),
                Instant.ofEpochMilli(row.getLong(7)));
    }

    /** Of all who insert one generation, the first counts. */
    void insert(String purpose, int generation, StoredKey key, Instant activatesAt) {
        database.execute(handle -> handle.execute(
                "insert into signing_key"
                        + " (purpose, generation, key_id, public_part, private_part, created_at, activates_at)"
                        + " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
                purpose,
                generation,
                key.keyId(),
                key.publicPart(),
                masterKey.encrypt(key.privatePart().getBytes(StandardCharsets.UTF_8), purpose),
                clock.millis(),
                activatesAt.toEpochMilli()));
    }

    void delete(Generation generation) {
        database.execute(handle -> handle.execute(
                "delete from signing_key where purpose = ? and generation = ?",
                generation.purpose(),
                generation.number()));
    }
}
