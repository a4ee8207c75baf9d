package dev.ssoportal.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resolves {@code ${env:NAME}} and {@code ${file:PATH}}, the only two ways a value comes from outside the file. */
final class References {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}:]*):?([^}]*)}");

    private final Map<String, String> environment;
    private final Path folder;

    References(Map<String, String> environment, Path folder) {
        this.environment = environment;
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    static boolean isReference(String text) {
        return REFERENCE.matcher(text).find();
    }

    /** The text with every reference replaced; what cannot be resolved is reported and left empty. */
    String resolve(String text, Consumer<String> problem) {
        Matcher matcher = REFERENCE.matcher(text);
        StringBuilder resolved = new StringBuilder();
        while (matcher.find()) {
            String value = lookUp(matcher.group(1), matcher.group(2), problem);
            matcher.appendReplacement(resolved, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(resolved).toString();
    }

    private String lookUp(String kind, String name, Consumer<String> problem) {
        switch (kind) {
            case "env":
                String value = environment.get(name);
                if (value == null) {
                    problem.accept("environment variable " + name + " is not set");
                    return "";
                }
                return value;
            case "file":
                try {
                    return Files.readString(folder.resolve(name)).strip();
                } catch (IOException e) {
                    problem.accept("file " + name + " cannot be read");
                    return "";
                }
            default:
                problem.accept("unknown reference ${" + kind + ":…}; use ${env:NAME} or ${file:PATH}");
                return "";
        }
    }
}
