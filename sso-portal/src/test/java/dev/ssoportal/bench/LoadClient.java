package dev.ssoportal.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends one request over and over on a number of kept-alive connections, each as soon as the answer to the one before is complete. Lean, since
 * it shares the cores with the server it measures: one selector per thread, no objects per request.
 */
final class LoadClient {
    private static final int THREADS = 1;

    private final int port;
    private final byte[] request;
    private final int connections;
    private final int status;

    LoadClient(int port, String request, int connections) {
        this(port, request, connections, 200);
    }

    /** @param status of every answer */
    LoadClient(int port, String request, int connections, int status) {
        this.status = status;
        this.port = port;
        this.request = request.getBytes(StandardCharsets.ISO_8859_1);
        this.connections = connections;
    }

    /** How many requests were answered with 200; any other answer is a failure of the benchmark. */
    long run(Duration duration) {
        AtomicLong answered = new AtomicLong();
        long end = System.nanoTime() + duration.toNanos();
        List<Thread> threads = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Thread thread = new Thread(() -> {
                try {
                    answered.addAndGet(loop(end));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            thread.setUncaughtExceptionHandler((failed, failure) -> failures.add(failure));
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (!failures.isEmpty()) {
            throw new IllegalStateException(failures.get(0));
        }
        return answered.get();
    }

    private long loop(long end) throws IOException {
        long answered = 0;
        List<SocketChannel> channels = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections / THREADS; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new Exchange());
                channel.write(ByteBuffer.wrap(request));
                channels.add(channel);
            }
            while (System.nanoTime() < end) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    Exchange exchange = (Exchange) key.attachment();
                    SocketChannel channel = (SocketChannel) key.channel();
                    if (exchange.readsWhole(channel)) {
                        answered++;
                        exchange.request.clear();
                        channel.write(exchange.request);
                    }
                }
                selector.selectedKeys().clear();
            }
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
        return answered;
    }

    /** One connection: the request, and the answer as far as it has come. */
    private final class Exchange {
        private final ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
        private final ByteBuffer request = ByteBuffer.wrap(LoadClient.this.request);

        boolean readsWhole(SocketChannel channel) throws IOException {
            if (channel.read(answer) < 0) {
                throw new IOException("the server closed a connection");
            }
            byte[] bytes = answer.array();
            int length = answer.position();
            int head = endOfHead(bytes, length);
            if (head < 0 || length < head + contentLength(bytes, head)) {
                return false;
            }
            if ((bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0' != status) {
                throw new IOException(
                        "not " + status + ": " + new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
            }
            answer.clear();
            return true;
        }

        private int endOfHead(byte[] bytes, int length) {
            for (int i = 3; i < length; i++) {
                if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                    return i + 1;
                }
            }
            return -1;
        }

        private int contentLength(byte[] bytes, int head) {
            byte[] name = CONTENT_LENGTH;
            for (int i = 0; i + name.length < head; i++) {
                int matched = 0;
                while (matched < name.length && (bytes[i + matched] | 0x20) == name[matched]) {
                    matched++;
                }
                if (matched == name.length) {
                    int value = 0;
                    for (int j = i + name.length; bytes[j] != '\r'; j++) {
                        value = bytes[j] == ' ' ? value : value * 10 + bytes[j] - '0';
                    }
                    return value;
                }
            }
            throw new IllegalStateException("an answer without Content-Length");
        }
    }

    /** In lower case with {@code 0x20} set in every byte; the colon has it already. */
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);
}
