package dev.ssoportal.config;

/**
 * What the pages say about whose portal this is.
 *
 * @param name shown in the header and the title
 * @param accent the accent colour as {@code #rrggbb}
 * @param support whom to ask, shown on error pages: an e-mail address, a URL or a sentence; may be empty
 */
public record BrandConfig(String name, String accent, String support) {

    public static BrandConfig read(Section section) {
        String accent = section.string("accent", "#3b5bdb");
        if (!accent.matches("#[0-9a-fA-F]{6}")) {
            section.problem("accent", "must be a colour such as #3b5bdb");
        }
        return new BrandConfig(section.string("name", "SSO portal"), accent, section.string("support", ""));
    }
}
