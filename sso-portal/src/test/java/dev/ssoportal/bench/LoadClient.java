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
import java.util.function.Supplier;

/**
 * Goes through a round of requests over and over on a number of kept-alive connections, each request as soon as the answer to the one before
 * is complete. Lean, since it shares the cores with the server it measures: one selector per thread, next to no objects per request.
 */
final class LoadClient {
    private static final int THREADS = 1;

    private final int port;
    private final List<Step> round;
    private final int connections;
    private final byte[][] requests;
    private final int[] bodies;

    /** Makes a request. */
    interface Request {
        /** @param answer to the request before, on this connection; to none when it is the first */
        byte[] after(LastAnswer answer);
    }

    /** The whole answer to a request. */
    interface LastAnswer {
        String text();
    }

    /**
     * @param status that the answer has to have
     * @param made whether each request is made anew, of nothing that was answered before: that costs the client, whatever server it talks to
     */
    record Step(int status, Request request, boolean made) {
        /** The same request every time. */
        static Step fixed(int status, String request) {
            byte[] bytes = bytes(request);
            return new Step(status, answer -> bytes, false);
        }

        /** Another request every time. */
        static Step made(int status, Supplier<String> request) {
            return new Step(status, answer -> bytes(request.get()), true);
        }

        /** A request that needs the answer to the one before. */
        static Step next(int status, Request request) {
            return new Step(status, request, false);
        }

        static byte[] bytes(String request) {
            return request.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    LoadClient(int port, int connections, List<Step> round) {
        this.port = port;
        this.round = round;
        this.connections = connections;
        this.requests = new byte[round.size()][];
        this.bodies = new int[round.size()];
    }

    /** A request as it was sent last, of the step with that number. */
    String lastRequest(int step) {
        return new String(requests[step], StandardCharsets.ISO_8859_1);
    }

    /** Bytes of the body that answered it. */
    int lastBody(int step) {
        return bodies[step];
    }

    /** How many rounds were answered; any answer of another status is a failure of the benchmark. */
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
                Exchange exchange = new Exchange();
                channel.register(selector, SelectionKey.OP_READ, exchange);
                channel.write(exchange.request());
                channels.add(channel);
            }
            while (System.nanoTime() < end) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    Exchange exchange = (Exchange) key.attachment();
                    SocketChannel channel = (SocketChannel) key.channel();
                    if (exchange.readsWhole(channel)) {
                        answered += exchange.endsRound() ? 1 : 0;
                        channel.write(exchange.request());
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

    /** One connection: where in the round it is, and the answer as far as it has come. */
    private final class Exchange implements LastAnswer {
        private final ByteBuffer answer = ByteBuffer.allocate(64 * 1024);
        private int step = -1;

        /** The next one. */
        ByteBuffer request() {
            step = (step + 1) % round.size();
            requests[step] = round.get(step).request().after(this);
            answer.clear();
            return ByteBuffer.wrap(requests[step]);
        }

        boolean endsRound() {
            return step == round.size() - 1;
        }

        @Override
        public String text() {
            return new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
        }

        boolean readsWhole(SocketChannel channel) throws IOException {
            if (channel.read(answer) < 0) {
                throw new IOException("the server closed a connection");
            }
            byte[] bytes = answer.array();
            int length = answer.position();
            int head = endOfHead(bytes, length);
            if (head < 0) {
                return false;
            }
            int body = contentLength(bytes, head);
            if (length < head + body) {
                return false;
            }
            bodies[step] = body;
            int status = round.get(step).status();
            if ((bytes[9] - '0') * 100 + (bytes[10] - '0') * 10 + bytes[11] - '0' != status) {
                throw new IOException("not " + status + ": " + text());
            }
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
