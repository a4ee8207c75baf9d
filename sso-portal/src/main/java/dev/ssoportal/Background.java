package dev.ssoportal;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is done off the requests' threads: now and then, or later. */
final class Background implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Background.class);

    private static final int CLOSE_SECONDS = 3;

    private final ScheduledThreadPoolExecutor executor;

    Background(int threads) {
        executor = new ScheduledThreadPoolExecutor(threads, Background::daemonThread);
    }

    private static Thread daemonThread(Runnable work) {
        Thread thread = new Thread(work, "background");
        thread.setDaemon(true);
        return thread;
    }

    ScheduledExecutorService executor() {
        return executor;
    }

    /** Runs a task now and then. One that throws is logged and run again, which the executor by itself would not do. */
    void every(Duration pause, Runnable task) {
        Future<?> unused = executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (UncheckedIOException e) {
                        LOG.warn("a background task will be run again: {}", e.toString());
                    } catch (RuntimeException e) {
                        LOG.warn("a background task failed and will be run again", e);
                    }
                },
                0,
                pause.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    /** What is about to run still does; what lies further off, such as the retry of a logout token, does not keep a process from stopping. */
    @Override
    public void close() {
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            executor.shutdownNow();
        }
    }

    /** Stops at once. */
    void abandon() {
        executor.shutdownNow();
    }
}
