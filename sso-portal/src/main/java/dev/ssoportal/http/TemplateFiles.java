package dev.ssoportal.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Templates, assets and texts: from the operator's folder where it has the file, else from the jar. */
public final class TemplateFiles {
    private final Optional<Path> folder;

    public TemplateFiles(Optional<Path> folder) {
        this.folder = folder.map(path -> path.toAbsolutePath().normalize());
    }

    /** Opens a file by its relative name; empty when there is none, or when the name leads elsewhere. */
    Optional<InputStream> open(String name) throws IOException {
        if (name.contains("..") || name.startsWith("/")) {
            return Optional.empty();
        }
        if (folder.isPresent()) {
            Path file = folder.get().resolve(name).normalize();
            if (file.startsWith(folder.get()) && Files.isRegularFile(file)) {
                return Optional.of(Files.newInputStream(file));
            }
        }
        return Optional.ofNullable(TemplateFiles.class.getResourceAsStream("/templates/" + name));
    }

    /** Whether there is a file of that relative name. */
    public boolean exists(String name) {
        try (InputStream file = open(name).orElse(null)) {
            return file != null;
        } catch (IOException e) {
            return false;
        }
    }

    boolean replaceable() {
        return folder.isPresent();
    }
}
