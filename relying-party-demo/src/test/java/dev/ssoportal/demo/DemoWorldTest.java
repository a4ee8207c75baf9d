package dev.ssoportal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DemoWorldTest {
    private static DemoWorld world;

    @BeforeAll
    static void start() throws IOException {
        world = DemoWorld.start(new DemoWorld.Ports(free(), free(), free(), free(), free(), free(), free(), free()));
    }

    @AfterAll
    static void stop() throws IOException {
        world.close();
    }

    private static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void playsTheStoryToItsEnd() throws Exception {
        ByteArrayOutputStream seen = new ByteArrayOutputStream();

        new Story(world, new PrintStream(seen, true, StandardCharsets.UTF_8)).play();

        assertThat(seen.toString(StandardCharsets.UTF_8))
                .contains(
                        "without a second sign-in",
                        "refuses that token: 401",
                        "Orders told",
                        "Stock told",
                        "Everything was as it should be.");
    }

    @Test
    void letsWhoeverIsNotAnEngineerReadButNotOrder() throws IOException {
        try (WebClient browser = new WebClient()) {
            browser.getOptions().setCssEnabled(false);
            HtmlPage form = browser.getPage(world.appUrl());
            ((HtmlInput) form.getElementById("username")).type("bob");
            ((HtmlInput) form.getElementById("password")).type(DemoWorld.BOBS_PASSWORD);
            HtmlPage app = ((HtmlElement) form.getElementById("login-submit")).click();
            assertThat(app.getElementById("name").getTextContent()).isEqualTo("Bob Brown");
            assertThat(app.getElementById("orders").getTextContent()).contains("anvils");

            HtmlPage after = ((HtmlElement) app.getElementById("place-order")).click();

            assertThat(after.getElementById("outcome").getTextContent()).startsWith("You may not place orders");
            HtmlPage launcher = browser.getPage(world.portalUrl());
            assertThat(launcher.asNormalizedText()).contains("Handbook").doesNotContain("Build server");
        }
    }

    @Test
    void challengesWhoeverComesWithoutAGoodToken() throws Exception {
        BatchJob job = world.batchJob();
        String token = job.token(world.ordersUrl());
        String url = world.ordersUrl() + "/orders";

        assertThat(job.read(url, token).statusCode()).isEqualTo(200);
        assertRefused(job.read(url, "nonsense"));
        assertRefused(job.read(url, token.substring(0, token.length() - 4) + "AAAA"));
        assertRefused(job.read(world.inventoryUrl() + "/stock", token));
        assertThat(job.read(world.inventoryUrl() + "/stock", job.token(world.inventoryUrl()))
                        .statusCode())
                .isEqualTo(200);
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
    }
}
