package dev.ssoportal.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Collects what is wrong with one file while it is read, and which keys the readers know. */
final class Problems {
    private final String file;
    private final List<ConfigProblem> found = new ArrayList<>();
    private final Set<String> knownKeys = new TreeSet<>();

    Problems(String file) {
        this.file = file;
    }

    void add(int line, String path, String message) {
        found.add(new ConfigProblem(file, line, path, message));
    }

    void know(String path) {
        knownKeys.add(path.replaceAll("\\[\\d+]", "[]"));
    }

    Set<String> knownKeys() {
        return knownKeys;
    }

    int count() {
        return found.size();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            found.sort(Comparator.comparingInt(ConfigProblem::line));
            throw new ConfigException(found);
        }
    }
}
