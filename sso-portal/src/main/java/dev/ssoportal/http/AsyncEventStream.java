package dev.ssoportal.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Iterator;
import java.util.Queue;

/**
 * Writes events without ever waiting for the reader, who holds a connection and no thread. One that reads too slowly is cut off; it comes
 * back and names the last event it has seen.
 */
final class AsyncEventStream implements EventStream, WriteListener, AsyncListener {
    private static final int MAX_WAITING_BYTES = 1024 * 1024;
    private static final byte[] BEAT = {':', '\n', '\n'};

    private final AsyncContext context;
    private final ServletOutputStream output;
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private Iterator<Event> backlog = Collections.emptyIterator();
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
    public synchronized void replay(Iterator<Event> events) {
        backlog = events;
        drain();
    }

    @Override
    public void send(Event event) {
        enqueue(bytes(event));
    }

    private static byte[] bytes(Event event) {
        return ("id: " + event.id() + "\nevent: " + event.name() + "\ndata: " + event.data() + "\n\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void beat() {
        enqueue(BEAT);
    }

    private synchronized void enqueue(byte[] bytes) {
        if (closed || closing) {
            return;
        }
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
                byte[] next = next();
                if (next != null) {
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

    private byte[] next() {
        if (backlog.hasNext()) {
            return bytes(backlog.next());
        }
        byte[] next = waiting.poll();
        waitingBytes -= next == null ? 0 : next.length;
        return next;
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
