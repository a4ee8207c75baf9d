package dev.ssoportal.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link SessionScale} in a process with room for a million sessions; {@code -Dscale.sessions=1000000} goes that far, and takes minutes. */
@Tag("bench")
class SessionScaleTest {
    @TempDir
    private Path folder;

    @Test
    void printsTheTable() throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            measure(classPath, postgres.getJdbcUrl("postgres", "postgres"));
        }
    }

    private void measure(String classPath, String url) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx6g",
                        "-Dscale.sessions=" + Integer.getInteger("scale.sessions", 100_000),
                        "-cp",
                        classPath,
                        SessionScale.class.getName(),
                        url)
                .redirectError(folder.resolve("errors").toFile())
                .redirectOutput(folder.resolve("table").toFile())
                .start();

        assertThat(process.waitFor())
                .as(() -> contentOf(folder.resolve("errors").toFile()))
                .isZero();
        Files.readAllLines(folder.resolve("table")).stream()
                .filter(line -> !line.contains(" INFO ") && !line.contains(" WARN "))
                .forEach(System.out::println);
    }
}
