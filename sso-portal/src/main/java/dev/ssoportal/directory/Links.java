package dev.ssoportal.directory;

import dev.ssoportal.config.Section;
import java.net.URI;
import java.util.Optional;

/**
 * What an app wants people to read before they decide (OpenID Connect Dynamic Client Registration 1.0, section 2).
 *
 * @param policy how it uses what it learns about them
 * @param terms of service
 */
public record Links(Optional<URI> policy, Optional<URI> terms) {
    static Links read(Section section) {
        return new Links(section.optionalUrl("policy-uri"), section.optionalUrl("tos-uri"));
    }
}
