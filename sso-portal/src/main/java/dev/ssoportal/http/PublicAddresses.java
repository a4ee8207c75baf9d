package dev.ssoportal.http;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;

/**
 * Keeps calls to what strangers name out of our own network. The JDK keeps what a name has resolved to for half a minute, so that the call
 * that follows goes where we have looked.
 */
public final class PublicAddresses {
    private PublicAddresses() {}

    /** @throws IOException when it is not https, or leads to an address that is not public */
    public static void require(URI uri) throws IOException {
        if (!"https".equals(uri.getScheme())) {
            throw new IOException("not https");
        }
        for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
            if (!isPublic(address)) {
                throw new IOException("not a public address");
            }
        }
    }

    static boolean isPublic(InetAddress address) {
        return !(address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || isReserved(address.getAddress(), address instanceof Inet6Address));
    }

    /** 0/8, 100.64/10, 192.0.0/24, 198.18/15, 240/4; fc00::/7, 64:ff9b::/96 and what embeds IPv4 (RFC 6890). */
    private static boolean isReserved(byte[] address, boolean six) {
        int first = address[0] & 0xff;
        int second = address[1] & 0xff;
        if (six) {
            boolean uniqueLocal = (first & 0xfe) == 0xfc;
            boolean translated = first == 0 && second == 0x64;
            boolean sixToFour = first == 0x20 && second == 0x02;
            boolean teredo = first == 0x20 && second == 0x01 && address[2] == 0 && address[3] == 0;
            return uniqueLocal || translated || sixToFour || teredo || first == 0;
        }
        return first == 0
                || first >= 240
                || (first == 100 && (second & 0xc0) == 64)
                || (first == 192 && second == 0 && address[2] == 0)
                || (first == 198 && (second & 0xfe) == 18);
    }
}
