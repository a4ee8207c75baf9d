package dev.ssoportal;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import dev.ssoportal.config.ConfigException;
import dev.ssoportal.crypto.KeyPairs;
import dev.ssoportal.crypto.PasswordHash;
import dev.ssoportal.crypto.RandomIds;
import dev.ssoportal.crypto.SecretHash;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line: arguments, configuration, start, problems, exit. */
@Command(
        name = "sso-portal",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "A single sign-on portal with session federation.",
        subcommands = {
            Main.Serve.class,
            Main.Check.class,
            Main.HashPassword.class,
            Main.NewSecret.class,
            Main.RotateKeys.class,
            Main.NewKey.class
        })
public final class Main implements Callable<Integer> {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_BAD_CONFIGURATION = 2;

    private Main() {}

    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> report(failure));
        System.exit(commandLine.execute(arguments));
    }

    @Override
    public Integer call() {
        CommandLine.usage(this, System.out);
        return EXIT_FAILED;
    }

    private static int report(Exception failure) {
        if (failure instanceof ConfigException problems) {
            System.err.println(problems.getMessage());
            return EXIT_BAD_CONFIGURATION;
        }
        String message = String.valueOf(failure.getMessage());
        String cause = failure.getCause() == null
                ? ""
                : String.valueOf(failure.getCause().getMessage());
        boolean listens = message.startsWith("cannot listen");
        System.err.println("sso-portal: " + message + (listens || cause.isEmpty() ? "" : ": " + cause));
        if (!(failure instanceof UncheckedIOException)) {
            failure.printStackTrace();
        }
        return EXIT_FAILED;
    }

    /** The version in the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"sso-portal " + (version == null ? "(not from a jar)" : version)};
        }
    }

    /** The folder with the configuration. */
    static final class ConfigOption {
        @Option(
                names = "--config",
                paramLabel = "FOLDER",
                defaultValue = "config",
                description = "the folder with portal.yaml (default: ${DEFAULT-VALUE})")
        private Path folder;

        PortalConfig load() {
            boolean isFile = folder.getFileName() != null && folder.endsWith("portal.yaml");
            return PortalConfig.load(isFile ? folder.toAbsolutePath().getParent() : folder, System.getenv());
        }
    }

    @Command(name = "serve", mixinStandardHelpOptions = true, description = "Starts the portal.")
    static final class Serve implements Callable<Integer> {
        @CommandLine.Mixin
        private ConfigOption config;

        @Override
        public Integer call() throws InterruptedException {
            Portal portal = Portal.start(config.load(), Clock.systemUTC());
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                portal.close();
                stopped.countDown();
            }));
            stopped.await();
            return 0;
        }
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description =
                    "Reads the configuration and says everything that is wrong with it; exit code 2 if anything is. Else says what each client may do, and warns of what is weak.")
    static final class Check implements Callable<Integer> {
        @CommandLine.Mixin
        private ConfigOption config;

        @Option(names = "--strict", description = "exit code 1 if it warns of anything")
        private boolean strict;

        @Override
        public Integer call() {
            PortalConfig loaded = config.load();
            ConfigReview review = new ConfigReview(loaded, Clock.systemUTC().instant());
            System.out.println(review.explanation());
            review.weaknesses().forEach(weakness -> System.out.println("warning: " + weakness));
            System.out.printf(
                    "No mistakes. Warnings: %d; identity providers: %d, local accounts: %d, applications: %d, APIs: %d, service accounts: %d.%n",
                    review.weaknesses().size(),
                    loaded.identityProviders().size(),
                    loaded.localAccounts().size(),
                    loaded.applications().size(),
                    loaded.apis().size(),
                    loaded.serviceAccounts().size());
            return strict && !review.weaknesses().isEmpty() ? EXIT_FAILED : 0;
        }
    }

    @Command(
            name = "hash-password",
            mixinStandardHelpOptions = true,
            description = "Reads a password from the terminal or from standard input and prints its Argon2id hash.")
    static final class HashPassword implements Callable<Integer> {
        @Override
        public Integer call() throws IOException {
            String password = read();
            if (password.isEmpty()) {
                System.err.println("sso-portal: no password given");
                return EXIT_FAILED;
            }
            System.out.println(new PasswordHash(new RandomIds()).hash(password));
            return 0;
        }

        @SuppressWarnings("SystemConsoleNull") // where it is never null, it reads what is piped in just as well
        private static String read() throws IOException {
            Console console = System.console();
            if (console != null) {
                char[] typed = console.readPassword("Password: ");
                return typed == null ? "" : new String(typed);
            }
            try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
                String line = input.readLine();
                return line == null ? "" : line;
            }
        }
    }

    @Command(
            name = "new-key",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a key pair for a client that authenticates by private-key-jwt: prints the private JWK set once, for the client, and the public one for the configuration.")
    static final class NewKey implements Callable<Integer> {
        @Option(
                names = "--algorithm",
                defaultValue = "ES256",
                description = "ES256, PS256, RS256 or EdDSA (default: ${DEFAULT-VALUE})")
        private String algorithm;

        @CommandLine.Spec
        private CommandLine.Model.CommandSpec command;

        @Override
        public Integer call() {
            JWSAlgorithm known = Stream.of(
                            JWSAlgorithm.ES256, JWSAlgorithm.PS256, JWSAlgorithm.RS256, JWSAlgorithm.EdDSA)
                    .filter(candidate -> candidate.getName().equalsIgnoreCase(algorithm))
                    .findFirst()
                    .orElseThrow(() -> new CommandLine.ParameterException(
                            command.commandLine(), "--algorithm must be ES256, PS256, RS256 or EdDSA"));
            JWKSet keys = new JWKSet(KeyPairs.generate(known, new RandomIds().id()));
            System.out.println("private (give it to the client; it is not kept here): " + keys.toString(false));
            System.out.println("for its declaration in portal.yaml:");
            System.out.println("    jwks: '" + keys.toString(true) + "'");
            return 0;
        }
    }

    @Command(
            name = "rotate-keys",
            mixinStandardHelpOptions = true,
            description =
                    "Makes new signing keys and prints the public ones. They sign ten minutes later; the old ones stay published.")
    static final class RotateKeys implements Callable<Integer> {
        @CommandLine.Mixin
        private ConfigOption config;

        @Option(names = "--now", description = "the new keys sign at once, whoever has not read them yet")
        private boolean now;

        @Override
        public Integer call() throws IOException, InterruptedException {
            System.out.println(KeyRotation.command(config.load(), now, Clock.systemUTC()));
            return 0;
        }
    }

    @Command(
            name = "new-secret",
            mixinStandardHelpOptions = true,
            description =
                    "Makes a secret for an application or a service account; prints it once, with the lines for the configuration.")
    static final class NewSecret implements Callable<Integer> {
        @Override
        public Integer call() {
            String secret = new RandomIds().secret();
            System.out.println("secret (give it to the client; it is not kept here): " + secret);
            System.out.println("for its declaration in portal.yaml:");
            System.out.println("    secrets:");
            System.out.println("      - sha256: " + SecretHash.of(secret));
            System.out.println("        created: " + LocalDate.now(Clock.systemUTC()));
            return 0;
        }
    }
}
