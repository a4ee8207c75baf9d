package dev.ssoportal.store;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.dataformat.smile.SmileFactory;
import com.fasterxml.jackson.dataformat.smile.SmileGenerator;
import com.fasterxml.jackson.dataformat.smile.SmileParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/**
 * How a record stands in the memory of the cluster: four bytes that count its versions, then the record in Smile, a binary form of the same
 * JSON that stands in SQL. Equal records of one version are equal bytes, whether packed from the object or from its JSON.
 */
final class Packed {
    private static final int VERSION_BYTES = Integer.BYTES;

    private static final SmileFactory SMILE = SmileFactory.builder()
            .disable(SmileGenerator.Feature.WRITE_HEADER)
            .disable(SmileParser.Feature.REQUIRE_HEADER)
            .build();

    private Packed() {}

    static byte[] of(Object record, int version) {
        return packed(version, out -> Json.MAPPER.writer().with(SMILE).writeValue(out, record));
    }

    static byte[] ofJson(String json, int version) {
        return packed(version, out -> {
            try (JsonParser from = Json.MAPPER.createParser(json);
                    JsonGenerator to = SMILE.createGenerator(out)) {
                copy(from, to);
            }
        });
    }

    static <V> V read(byte[] packed, Class<V> type) {
        try (JsonParser parser = parser(packed)) {
            return Json.MAPPER.readValue(parser, type);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored " + type.getSimpleName() + " cannot be read", e);
        }
    }

    static String json(byte[] packed) {
        StringWriter json = new StringWriter();
        try (JsonParser from = parser(packed);
                JsonGenerator to = Json.MAPPER.createGenerator(json)) {
            copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException("a record cannot be read", e);
        }
        return json.toString();
    }

    /** How often the record has been changed since it was put. */
    static int version(byte[] packed) {
        return ByteBuffer.wrap(packed).getInt();
    }

    private static JsonParser parser(byte[] packed) throws IOException {
        return SMILE.createParser(packed, VERSION_BYTES, packed.length - VERSION_BYTES);
    }

    private static void copy(JsonParser from, JsonGenerator to) throws IOException {
        from.nextToken();
        to.copyCurrentStructure(from);
    }

    private static byte[] packed(int version, Writer writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        out.writeBytes(ByteBuffer.allocate(VERSION_BYTES).putInt(version).array());
        try {
            writer.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException("a record cannot be written", e);
        }
        return out.toByteArray();
    }

    private interface Writer {
        void write(OutputStream out) throws IOException;
    }
}
