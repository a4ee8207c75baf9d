package dev.ssoportal.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Makes calls at the same time and gathers what they return. */
public final class AtOnce {
    private AtOnce() {}

    /** Each call has a thread of its own, and none begins before all are there. */
    public static <T> List<T> call(List<Callable<T>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(calls.size());
        CyclicBarrier start = new CyclicBarrier(calls.size());
        try {
            List<Callable<T>> together = new ArrayList<>();
            for (Callable<T> call : calls) {
                together.add(() -> {
                    start.await();
                    return call.call();
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(together)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
