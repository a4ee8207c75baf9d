package dev.ssoportal.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** One YAML file, read into a record by a reader that asks a {@link Section} for its keys. */
public final class ConfigFile {
    private static final int MAX_CHARACTERS = 4 * 1024 * 1024;

    private final Path file;
    private final Map<String, String> environment;

    /**
     * @param file the YAML file; relative {@code ${file:…}} references are resolved against its folder
     * @param environment where {@code ${env:…}} references are looked up
     */
    public ConfigFile(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = Map.copyOf(environment);
    }

    /**
     * Reads the whole file.
     *
     * @throws ConfigException with every problem of the file
     */
    public <T> T read(Function<Section, T> reader) {
        return read(reader, new Problems(file.toString()));
    }

    /** Every key a reader asks for while it reads this file, with {@code []} for list positions: what the documentation must name. */
    public Set<String> keysKnownTo(Function<Section, ?> reader) {
        Problems problems = new Problems(file.toString());
        read(reader, problems);
        return problems.knownKeys();
    }

    private <T> T read(Function<Section, T> reader, Problems problems) {
        Optional<Node> root = compose(problems);
        problems.throwIfAny();
        if (root.isPresent() && !(root.get() instanceof MappingNode)) {
            problems.add(1, "", "must be a mapping of keys to values");
            problems.throwIfAny();
        }
        Section section = new Section(
                (MappingNode) root.orElse(null),
                "",
                1,
                problems,
                new References(environment, file.toAbsolutePath().getParent()));
        T result = section.finish(reader);
        problems.throwIfAny();
        return result;
    }

    private Optional<Node> compose(Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setUseMarks(true)
                .setMaxAliasesForCollections(50)
                .setCodePointLimit(MAX_CHARACTERS)
                .build();
        try (Reader text = Files.newBufferedReader(file)) {
            return new Compose(settings).composeReader(text);
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
            problems.add(line, "", "not valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            problems.add(1, "", "not valid YAML: " + e.getMessage());
        } catch (NoSuchFileException e) {
            problems.add(1, "", "no such file");
        } catch (MalformedInputException e) {
            problems.add(1, "", "is not UTF-8 text");
        } catch (IOException e) {
            problems.add(1, "", "cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }

    /** The known key nearest to a mistyped one, if one is near enough to be meant. */
    static Optional<String> nearest(String key, Iterable<String> known) {
        String best = null;
        int bestDistance = Math.max(2, key.length() / 3) + 1;
        for (String candidate : known) {
            int distance = editDistance(key, candidate);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int editDistance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
