package dev.ssoportal.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records in the cluster and in SQL as earlier versions have written them ({@code src/test/resources/records}, named by class, older ones
 * with a number). During an upgrade members of both versions read each other's: this version has to read every one of them, and to write
 * everything that stood there, under the same name and in the same shape, so that the other still finds it. Fields may only be added. When
 * a record gains a field, add a file and keep the old one.
 */
class StoredRecordsTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static List<Path> records() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "records"))) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("records")
    void readsAndKeepsWhatEarlierVersionsWrite(Path file) throws Exception {
        String name = file.getFileName().toString().replaceAll("(-\\d+)?\\.json$", "");
        String earlier = Files.readString(file);

        Object read = Json.read(earlier, Class.forName(name));

        assertContains(MAPPER.readTree(Json.writeText(read)), MAPPER.readTree(earlier), name);
        byte[] packed = Packed.of(read, 7);
        assertThat(Packed.json(packed)).isEqualTo(Json.writeText(read));
        assertThat(Packed.ofJson(Json.writeText(read), 7)).isEqualTo(packed);
        assertThat(Packed.version(packed)).isEqualTo(7);
    }

    private static void assertContains(JsonNode now, JsonNode earlier, String path) {
        if (earlier.isObject()) {
            assertThat(now.isObject()).as(path).isTrue();
            for (Map.Entry<String, JsonNode> member : earlier.properties()) {
                String inner = path + "." + member.getKey();
                if (member.getValue().isBoolean() && !member.getValue().booleanValue()) {
                    // An absent flag is read as false by every version.
                    continue;
                }
                assertThat(now.has(member.getKey())).as(inner).isTrue();
                assertContains(now.get(member.getKey()), member.getValue(), inner);
            }
        } else if (earlier.isArray() && earlier.size() > 0 && earlier.get(0).isValueNode()) {
            assertThat(now).as(path).containsExactlyInAnyOrderElementsOf(earlier);
        } else if (earlier.isArray()) {
            assertThat(now.size()).as(path).isEqualTo(earlier.size());
            for (int i = 0; i < earlier.size(); i++) {
                assertContains(now.get(i), earlier.get(i), path + "[" + i + "]");
            }
        } else {
            assertThat(now).as(path).isEqualTo(earlier);
        }
    }
}
