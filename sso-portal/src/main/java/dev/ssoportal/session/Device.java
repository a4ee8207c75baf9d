package dev.ssoportal.session;

import dev.ssoportal.http.WebExchange;

/**
 * Where a session began, to be recognised by its owner; nothing is decided by it.
 *
 * @param userAgent as the browser calls itself
 * @param address of the person's machine
 */
public record Device(String userAgent, String address) {
    private static final int MAX_USER_AGENT = 255;
    private static final int MAX_ADDRESS = 64;

    public Device {
        userAgent = cut(userAgent, MAX_USER_AGENT);
        address = cut(address, MAX_ADDRESS);
    }

    public static Device of(WebExchange exchange) {
        return new Device(exchange.header("User-Agent").orElse(""), exchange.clientAddress());
    }

    private static String cut(String text, int length) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= length ? printable : printable.substring(0, length);
    }
}
