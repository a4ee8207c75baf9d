package dev.ssoportal.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One mapping of the configuration file. A reader asks for keys by name and type; what is missing or wrong is reported and a
 * placeholder returned, so that reading goes on and finds the next problem too. Keys nobody asked for are unknown, and reported.
 */
public final class Section {
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private final TreeSet<String> asked = new TreeSet<>();
    private final Set<String> unresolved = new HashSet<>();
    private final String path;
    private final int line;
    private final Problems problems;
    private final References references;

    Section(MappingNode node, String path, int line, Problems problems, References references) {
        this.path = path;
        this.line = line;
        this.problems = problems;
        this.references = references;
        if (node != null) {
            for (NodeTuple tuple : node.getValue()) {
                String key = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                if (values.put(key, tuple.getValueNode()) != null) {
                    // Else the last one would win, and nobody see it.
                    problems.add(lineOf(tuple.getKeyNode()), at(key), "stands twice; first in line " + lines.get(key));
                }
                lines.putIfAbsent(key, lineOf(tuple.getKeyNode()));
            }
        }
    }

    /** Runs a reader over this section, then reports the keys it did not ask for. */
    <T> T finish(Function<Section, T> reader) {
        T result = reader.apply(this);
        for (String key : values.keySet()) {
            if (!asked.contains(key)) {
                String hint = ConfigFile.nearest(key, asked)
                        .map(known -> "; did you mean \"" + known + "\"?")
                        .orElse("; known here: " + String.join(", ", asked));
                problems.add(lines.get(key), at(key), "unknown key" + hint);
            }
        }
        return result;
    }

    public boolean has(String key) {
        return node(key).isPresent();
    }

    /** A path; a relative one starts at the folder of the configuration file. */
    public Optional<Path> path(String key) {
        return optionalString(key).map(text -> references.folder().resolve(text));
    }

    /** A URL, or a path as {@link #path} reads it. */
    public String location(String key) {
        Optional<String> text = optionalString(key);
        if (text.isPresent() && text.get().matches("https?://.*")) {
            return url(key).toString();
        }
        return required(key, path(key).map(Path::toString), "");
    }

    /** A required text. */
    public String string(String key) {
        return required(key, optionalString(key), "");
    }

    public String string(String key, String otherwise) {
        return optionalString(key).orElse(otherwise);
    }

    public Optional<String> optionalString(String key) {
        return scalar(key).map(text -> resolve(key, text)).filter(text -> !text.isEmpty());
    }

    public boolean flag(String key, boolean otherwise) {
        return scalar(key).flatMap(text -> parsed(key, text, Literals::flag)).orElse(otherwise);
    }

    public int integer(String key, int otherwise, int min, int max) {
        return optionalString(key)
                .flatMap(text -> parsed(key, text, literal -> Literals.integer(literal, min, max)))
                .orElse(otherwise);
    }

    public Optional<Duration> optionalDuration(String key) {
        return optionalString(key).flatMap(text -> parsed(key, text, Literals::duration));
    }

    /** A duration such as {@code 250ms}, {@code 30s}, {@code 15m}, {@code 8h} or {@code 30d}; never zero. */
    public Duration duration(String key, Duration otherwise) {
        return optionalDuration(key).orElse(otherwise);
    }

    /** A point in time: a date ({@code 2027-01-31}, the start of that day in UTC) or an instant. */
    public Optional<Instant> instant(String key) {
        return optionalString(key).flatMap(text -> parsed(key, text, Literals::instant));
    }

    /** A secret, required. It must come from outside: {@code ${env:NAME}} or {@code ${file:PATH}}. */
    public Secret secret(String key) {
        return required(key, optionalSecret(key), new Secret(""));
    }

    public Optional<Secret> optionalSecret(String key) {
        return scalar(key).map(text -> {
            if (!References.isReference(text)) {
                problem(key, "a secret does not belong in this file; use ${env:NAME} or ${file:PATH}");
            }
            int before = problems.count();
            String value = resolve(key, text);
            if (References.isReference(text) && value.isBlank() && problems.count() == before) {
                problem(key, "the secret is empty");
            }
            return new Secret(value);
        });
    }

    /** An absolute URL with https; http is allowed for loopback addresses. */
    public URI url(String key) {
        return required(key, optionalUrl(key), URI.create("https://invalid.example"));
    }

    public Optional<URI> optionalUrl(String key) {
        return optionalString(key).flatMap(text -> parseUrl(key, text));
    }

    public List<URI> urls(String key) {
        List<URI> result = new ArrayList<>();
        List<String> texts = strings(key);
        for (int i = 0; i < texts.size(); i++) {
            parseUrl(key + "[" + i + "]", texts.get(i)).ifPresent(result::add);
        }
        return result;
    }

    /** One of an enum's constants, written in kebab-case. */
    public <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
        return optionalString(key).flatMap(text -> constant(key, type, text)).orElse(otherwise);
    }

    /** Some of an enum's constants, each once; absent means all of them. */
    public <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
        List<E> all = List.of(type.getEnumConstants());
        if (!has(key)) {
            return all;
        }
        List<Optional<E>> named =
                strings(key).stream().map(text -> constant(key, type, text)).toList();
        return named.contains(Optional.<E>empty())
                ? all
                : named.stream().flatMap(Optional::stream).distinct().toList();
    }

    private <E extends Enum<E>> Optional<E> constant(String key, Class<E> type, String text) {
        return parsed(key, text, literal -> Literals.constant(literal, type));
    }

    private <T> Optional<T> parsed(String key, String text, Function<String, T> literal) {
        try {
            return Optional.of(literal.apply(text));
        } catch (IllegalArgumentException e) {
            problem(key, e.getMessage());
            return Optional.empty();
        }
    }

    /** A list of texts; absent means empty. */
    public List<String> strings(String key) {
        return texts(key, elements(key, node(key)));
    }

    private List<String> texts(String key, List<Node> elements) {
        List<String> result = new ArrayList<>();
        for (int i = 0; i < elements.size(); i++) {
            String name = key + "[" + i + "]";
            if (elements.get(i) instanceof ScalarNode scalar) {
                result.add(resolve(name, scalar.getValue()));
            } else {
                problems.add(lineOf(elements.get(i)), at(name), "must be a text");
            }
        }
        return result;
    }

    /** A nested section; absent means one without keys, so that its defaults apply. */
    public <T> T section(String key, Function<Section, T> reader) {
        Node node = node(key).orElse(null);
        if (node != null && !(node instanceof MappingNode)) {
            problem(key, "must be a mapping of keys to values");
            node = null;
        }
        int at = node == null ? line : lineOf(node);
        return new Section((MappingNode) node, at(key), at, problems, references).finish(reader);
    }

    /** A list of sections; absent means empty. */
    public <T> List<T> sections(String key, Function<Section, T> reader) {
        List<T> result = new ArrayList<>();
        List<Node> elements = elements(key, node(key));
        for (int i = 0; i < elements.size(); i++) {
            String name = key + "[" + i + "]";
            if (elements.get(i) instanceof MappingNode mapping) {
                result.add(new Section(mapping, at(name), lineOf(mapping), problems, references).finish(reader));
            } else {
                problems.add(lineOf(elements.get(i)), at(name), "must be a mapping of keys to values");
            }
        }
        return result;
    }

    /** A mapping with free keys, each with a list of texts. */
    public Map<String, List<String>> stringLists(String key) {
        return section(key, section -> {
            Map<String, List<String>> result = new LinkedHashMap<>();
            problems.know(section.path + ".*");
            section.values.forEach((name, node) -> {
                section.asked.add(name);
                result.put(section.resolve(name, name), section.texts(name, section.elements(name, Optional.of(node))));
            });
            return result;
        });
    }

    /** A mapping from any text to a text; absent means empty. */
    public Map<String, String> texts(String key) {
        return section(key, section -> {
            Map<String, String> result = new LinkedHashMap<>();
            problems.know(section.path + ".*");
            section.values
                    .keySet()
                    .forEach(name -> section.optionalString(name)
                            .ifPresent(value -> result.put(section.resolve(name, name), value)));
            return result;
        });
    }

    /** Reports a problem with a key of this section, at its line. */
    public void problem(String key, String message) {
        if (unresolved.contains(key)) {
            return;
        }
        String plainKey = key.replaceAll("\\[\\d+]$", "");
        problems.add(lines.getOrDefault(plainKey, line), at(key), message);
    }

    /** A text that was read as such, as a URL. */
    public Optional<URI> parseUrl(String key, String text) {
        return parsed(key, text, Literals::url);
    }

    private <T> T required(String key, Optional<T> value, T placeholder) {
        if (value.isEmpty() && !has(key)) {
            problem(key, "is missing");
        } else if (value.isEmpty() && placeholder instanceof String) {
            problem(key, "is empty");
        }
        return value.orElse(placeholder);
    }

    private Optional<Node> node(String key) {
        asked.add(key);
        problems.know(at(key));
        return Optional.ofNullable(values.get(key));
    }

    private Optional<String> scalar(String key) {
        Optional<Node> node = node(key);
        if (node.isPresent() && !(node.get() instanceof ScalarNode)) {
            problem(key, "must be a single value");
            return Optional.empty();
        }
        return node.map(value -> ((ScalarNode) value).getValue());
    }

    private List<Node> elements(String key, Optional<Node> node) {
        if (node.isEmpty()) {
            return List.of();
        }
        if (node.get() instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        problem(key, "must be a list");
        return List.of();
    }

    /** What cannot be resolved is said once; what else would be wrong with the text that is left is not the file's fault. */
    private String resolve(String key, String text) {
        List<String> messages = new ArrayList<>();
        String resolved = references.resolve(text, messages::add);
        messages.forEach(message -> problem(key, message));
        if (!messages.isEmpty()) {
            unresolved.add(key);
        }
        return resolved;
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }
}
