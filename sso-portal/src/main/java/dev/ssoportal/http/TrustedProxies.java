package dev.ssoportal.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whose {@code X-Forwarded-For} is believed. Everybody else's is ignored: it is a header anyone can send. */
public final class TrustedProxies {
    private static final class Range {
        private final byte[] network;
        private final int bits;

        Range(byte[] network, int bits) {
            this.network = network;
            this.bits = bits;
        }

        boolean contains(byte[] address) {
            if (address.length != network.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % 8);
                if ((address[bit / 8] & mask) != (network[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private final List<Range> ranges = new ArrayList<>();

    /**
     * @param trusted addresses or CIDR ranges
     * @throws IllegalArgumentException when one is neither
     */
    public TrustedProxies(List<String> trusted) {
        for (String text : trusted) {
            String[] parts = text.split("/", 2);
            byte[] address = parse(parts[0])
                    .orElseThrow(
                            () -> new IllegalArgumentException("\"" + text + "\" is not an address or a CIDR range"));
            int max = address.length * 8;
            int bits = parts.length == 1 ? max : prefixLength(parts[1]);
            if (bits < 0 || bits > max) {
                throw new IllegalArgumentException("\"" + text + "\" has an impossible prefix length");
            }
            ranges.add(new Range(address, bits));
        }
    }

    private static int prefixLength(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** The last address on the way that is not one of our proxies. */
    String clientAddress(String peer, String forwardedFor) {
        String client = peer;
        if (ranges.isEmpty() || forwardedFor.isEmpty()) {
            return client;
        }
        String[] hops = forwardedFor.split(",");
        for (int i = hops.length - 1; i >= 0 && isTrusted(client); i--) {
            String hop = hops[i].strip();
            if (parse(hop).isEmpty()) {
                break;
            }
            client = hop;
        }
        return client;
    }

    boolean isTrusted(String address) {
        return parse(address)
                .map(bytes -> ranges.stream().anyMatch(range -> range.contains(bytes)))
                .orElse(false);
    }

    /** Parses a literal only; a host name would make the JDK ask a name server. */
    private static Optional<byte[]> parse(String literal) {
        if (!literal.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?")) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(literal).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
