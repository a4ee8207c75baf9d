package dev.ssoportal.http;

/** An answer that stays open: server-sent events (<a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, 9.2</a>). */
public interface EventStream {

    /**
     * Sends an event, without waiting.
     *
     * @param id what the reader names when it comes back
     * @param data one line
     */
    void send(String id, String event, String data);

    /** Sends nothing that is read; tells a reader that is gone from one that has nothing to hear. */
    void beat();

    /** Ends the answer; the reader comes back if it wants to. */
    void close();

    /** Whether it can still be sent to. */
    boolean isOpen();
}
