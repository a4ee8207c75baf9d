package dev.ssoportal.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports that nobody listens on, for servers whose URL has to be known before they start. They are taken from below those that the system
 * gives to outgoing connections, of which tests make many: or one of them would be there first now and then. None is given twice.
 */
public final class Ports {
    private static final int LOWEST = 12_000;
    private static final int COUNT = 20_000;

    /** Test runs beside each other begin at different places. */
    private static final AtomicInteger NEXT =
            new AtomicInteger((int) (ProcessHandle.current().pid() * 97 % COUNT));

    private Ports() {}

    public static int free() {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = LOWEST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                // Somebody listens there; the next one then.
            }
        }
        throw new IllegalStateException("no port is free");
    }
}
