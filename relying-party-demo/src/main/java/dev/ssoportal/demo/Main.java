package dev.ssoportal.demo;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the demo world; with {@code --once}, plays the story in it and stops. */
@Command(
        name = "relying-party-demo",
        mixinStandardHelpOptions = true,
        description = "A corporate identity provider, the portal, an app, two APIs and a batch job, on loopback.")
public final class Main implements Callable<Integer> {
    @Option(
            names = "--once",
            description = "play the whole story without a window, say what was seen, and exit with 0 or 1")
    private boolean once;

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            System.err.println("relying-party-demo: " + failure.getMessage());
            return 1;
        });
        System.exit(commandLine.execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        try (DemoWorld world = DemoWorld.start(DemoWorld.Ports.DEFAULT)) {
            if (once) {
                return play(world);
            }
            System.out.println(world.guide());
            CountDownLatch interrupted = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                interrupted.countDown();
                await(closed);
            }));
            interrupted.await();
            return 0;
        } finally {
            closed.countDown();
        }
    }

    private static int play(DemoWorld world) throws IOException, InterruptedException {
        try {
            new Story(world, System.out).play();
            return 0;
        } catch (IllegalStateException e) {
            System.out.println(e.getMessage());
            return 1;
        }
    }

    /** Lets the world close before the process ends. */
    private static void await(CountDownLatch closed) {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
