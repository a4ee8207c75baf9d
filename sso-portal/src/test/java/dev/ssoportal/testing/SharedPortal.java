package dev.ssoportal.testing;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** For tests that need a portal with the default fixtures and leave nothing behind that another test would notice. */
public class SharedPortal {
    protected static TestPortal portal;

    @BeforeAll
    static void startPortal() {
        portal = TestPortal.start();
    }

    @AfterAll
    static void stopPortal() {
        portal.close();
    }
}
