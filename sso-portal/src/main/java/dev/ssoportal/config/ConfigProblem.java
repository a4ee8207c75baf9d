package dev.ssoportal.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param file the file as the operator named it
 * @param line the line, counted from 1
 * @param path the key, such as {@code applications[1].redirect-uris[0]}; empty for a problem of the whole file
 * @param message what is wrong and, where we know it, what to do
 */
public record ConfigProblem(String file, int line, String path, String message) {

    @Override
    public String toString() {
        return "  line %-4d%s%s".formatted(line, path.isEmpty() ? "" : path + ": ", message);
    }
}
