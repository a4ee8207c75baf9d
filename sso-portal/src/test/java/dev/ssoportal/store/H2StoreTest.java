package dev.ssoportal.store;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

class H2StoreTest extends StoreContract {
    @TempDir
    private Path folder;

    @Override
    String url() {
        return "jdbc:h2:file:" + folder.resolve("portal") + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
    }

    @Override
    Optional<String> user() {
        return Optional.empty();
    }
}
