package dev.ssoportal.http;

import java.util.Iterator;

/** An answer that stays open: server-sent events (<a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">HTML, 9.2</a>). */
public interface EventStream {

    /**
     * One event.
     *
     * @param id what the reader names when it comes back
     * @param data one line
     */
    record Event(String id, String name, String data) {}

    /** Sends events as fast as the reader takes them; what is sent meanwhile waits. Once, at the beginning. */
    void replay(Iterator<Event> events);

    /** Sends an event, without waiting. */
    void send(Event event);

    /** Sends nothing that is read; tells a reader that is gone from one that has nothing to hear. */
    void beat();

    /** Ends the answer; the reader comes back if it wants to. */
    void close();

    /** Whether it can still be sent to. */
    boolean isOpen();
}
