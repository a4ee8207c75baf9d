package dev.ssoportal.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Writes events without ever waiting for the reader, who holds a connection and no thread. One that reads too slowly is cut off; it comes
 * back and names the last event it has seen.
 */
final class AsyncEventStream implements EventStream, WriteListener, AsyncListener {
    private static final int MAX_WAITING_BYTES = 8 * 1024 * 1024;

    private final AsyncContext context;
    private final ServletOutputStream output;
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private int waitingBytes;
    private boolean unflushed;

    /** Whether the container will call when the connection takes more; until then it must not be asked. */
    private boolean awaitingCall = true;

    private boolean closing;
    private boolean closed;

    AsyncEventStream(AsyncContext context) throws IOException {
        this.context = context;
        this.output = context.getResponse().getOutputStream();
        context.setTimeout(0);
        context.addListener(this);
        output.setWriteListener(this);
    }

    @Override
    public void send(String id, String event, String data) {
        enqueue("id: " + id + "\nevent: " + event + "\ndata: " + data + "\n\n");
    }

    @Override
    public void beat() {
        enqueue(":\n\n");
    }

    private synchronized void enqueue(String text) {
        if (closed || closing) {
            return;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        waitingBytes += bytes.length;
        if (waitingBytes > MAX_WAITING_BYTES) {
            complete();
            return;
        }
        waiting.add(bytes);
        drain();
    }

    @Override
    public synchronized void close() {
        closing = true;
        drain();
    }

    @Override
    public synchronized boolean isOpen() {
        return !closed && !closing;
    }

    @Override
    public synchronized void onWritePossible() {
        awaitingCall = false;
        drain();
    }

    private void drain() {
        if (closed || awaitingCall) {
            return;
        }
        try {
            while (output.isReady()) {
                byte[] next = waiting.poll();
                if (next != null) {
                    waitingBytes -= next.length;
                    output.write(next);
                    unflushed = true;
                } else if (unflushed) {
                    unflushed = false;
                    output.flush();
                } else {
                    if (closing) {
                        complete();
                    }
                    return;
                }
            }
            awaitingCall = true;
        } catch (IOException e) {
            complete();
        }
    }

    private void complete() {
        if (!closed) {
            closed = true;
            waiting.clear();
            context.complete();
        }
    }

    @Override
    public synchronized void onError(Throwable failure) {
        complete();
    }

    @Override
    public synchronized void onComplete(AsyncEvent event) {
        closed = true;
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        onError(event.getThrowable());
    }

    @Override
    public void onError(AsyncEvent event) {
        onError(event.getThrowable());
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Never started again.
    }
}
