package dev.ssoportal.http;

import dev.ssoportal.config.BrandConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.thymeleaf.IEngineConfiguration;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.context.ITemplateContext;
import org.thymeleaf.messageresolver.AbstractMessageResolver;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.StringTemplateResolver;
import org.thymeleaf.templateresource.ITemplateResource;
import org.thymeleaf.templateresource.StringTemplateResource;

/** Renders pages with Thymeleaf. Every variable is escaped; there is no way to put markup into a page from the code. */
public final class Pages {
    private final TemplateEngine engine = new TemplateEngine();
    private final BrandConfig brand;
    private final Messages messages;

    public Pages(TemplateFiles files, Messages messages, BrandConfig brand) {
        this.brand = brand;
        this.messages = messages;
        engine.setTemplateResolver(new FileResolver(files));
        engine.setMessageResolver(new BundleResolver());
    }

    byte[] render(String template, Map<String, Object> model, Locale locale, String csrfToken) {
        Context context = new Context(locale, model);
        context.setVariable("brand", brand);
        context.setVariable("language", locale.getLanguage());
        context.setVariable("csrf", csrfToken);
        return engine.process(template, context).getBytes(StandardCharsets.UTF_8);
    }

    /** The stylesheet with the operator's colour; inline styles are forbidden by our own policy. */
    byte[] brandStylesheet() {
        return (":root{--accent:" + brand.accent() + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static final class FileResolver extends StringTemplateResolver {
        private final TemplateFiles files;

        FileResolver(TemplateFiles files) {
            this.files = files;
            setTemplateMode(TemplateMode.HTML);
            setCacheable(!files.replaceable());
        }

        @Override
        protected ITemplateResource computeTemplateResource(
                IEngineConfiguration configuration, String owner, String template, Map<String, Object> attributes) {
            try (InputStream stream =
                    files.open(template + ".html").orElseThrow(() -> new IOException("no template " + template))) {
                return new StringTemplateResource(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read template " + template, e);
            }
        }
    }

    private final class BundleResolver extends AbstractMessageResolver {
        @Override
        public String resolveMessage(ITemplateContext context, Class<?> origin, String key, Object[] parameters) {
            return messages.text(
                    context.getLocale(), key, Optional.ofNullable(parameters).orElse(new Object[0]));
        }

        @Override
        public String createAbsentMessageRepresentation(
                ITemplateContext context, Class<?> origin, String key, Object[] parameters) {
            return key;
        }
    }
}
