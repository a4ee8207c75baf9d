package dev.ssoportal.crypto;

import dev.ssoportal.store.Database;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;

/** Keys in SQL, private halves encrypted. Members that start together agree on one: the first insert wins. */
public final class SigningKeyStore {
    private final Database database;
    private final MasterKey masterKey;
    private final Clock clock;

    /** A key as text: the public half in clear, the private half to be encrypted. */
    public record StoredKey(String keyId, String publicPart, String privatePart) {}

    public SigningKeyStore(Database database, MasterKey masterKey, Clock clock) {
        this.database = database;
        this.masterKey = masterKey;
        this.clock = clock;
    }

    /** The first generation of the key for a purpose; made and stored if there is none. */
    public StoredKey findOrCreate(String purpose, Supplier<StoredKey> generator) {
        return find(purpose).orElseGet(() -> {
            insert(purpose, generator.get());
            return find(purpose).orElseThrow();
        });
    }

    private Optional<StoredKey> find(String purpose) {
        return database.query(handle -> handle.createQuery("select key_id, public_part, private_part from signing_key"
                        + " where purpose = :purpose order by generation desc fetch first 1 row only")
                .bind("purpose", purpose)
                .map((row, context) -> new StoredKey(
                        row.getString(1),
                        row.getString(2),
                        new String(masterKey.decrypt(row.getString(3), purpose), StandardCharsets.UTF_8)))
                .findOne());
    }

    private void insert(String purpose, StoredKey key) {
        database.execute(handle -> handle.execute(
                "insert into signing_key (purpose, generation, key_id, public_part, private_part, created_at)"
                        + " values (?, 1, ?, ?, ?, ?) on conflict do nothing",
                purpose,
                key.keyId(),
                key.publicPart(),
                masterKey.encrypt(key.privatePart().getBytes(StandardCharsets.UTF_8), purpose),
                clock.millis()));
    }
}
