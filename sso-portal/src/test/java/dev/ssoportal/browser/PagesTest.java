package dev.ssoportal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import dev.ssoportal.testing.TestPortal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.htmlunit.WebClient;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pages as a browser with scripts shows them. */
class PagesTest extends SharedPortal {
    private WebClient browser;

    @BeforeEach
    void open() {
        browser = new WebClient();
        browser.getOptions().setThrowExceptionOnFailingStatusCode(false);
    }

    @AfterEach
    void close() {
        browser.close();
    }

    private HtmlPage signIn(String password) throws IOException {
        return signIn(portal.baseUrl(), password);
    }

    private HtmlPage signIn(String url, String password) throws IOException {
        HtmlPage form = browser.getPage(url);
        ((HtmlInput) form.getElementById("username")).type("ann");
        ((HtmlInput) form.getElementById("password")).type(password);
        return ((HtmlElement) form.getElementById("login-submit")).click();
    }

    @Test
    void letsThePersonTryAgain() throws IOException {
        HtmlPage again = signIn("wrong");

        assertThat(again.getElementById("problem").getTextContent()).isEqualTo("User name or password is wrong.");
        assertThat(((HtmlInput) again.getElementById("username")).getValue()).isEqualTo("ann");
        ((HtmlInput) again.getElementById("password")).type(Fixtures.PASSWORD);
        HtmlPage launcher = ((HtmlElement) again.getElementById("login-submit")).click();
        assertThat(launcher.asNormalizedText()).contains("Hello, Ann Example");
    }

    @Test
    void searchesAsThePersonTypes() throws IOException {
        HtmlPage launcher = signIn(Fixtures.PASSWORD);
        HtmlInput search = (HtmlInput) launcher.getElementById("search");

        search.type("buy");

        assertThat(visibleTiles(launcher)).containsExactly("Web shop");
        search.type(" nothing like it");
        assertThat(visibleTiles(launcher)).isEmpty();
        assertThat(launcher.getElementById("no-match").hasAttribute("hidden")).isFalse();
    }

    private static List<String> visibleTiles(HtmlPage launcher) {
        return launcher.querySelectorAll("#apps li[data-search]").stream()
                .map(DomElement.class::cast)
                .filter(tile -> !tile.hasAttribute("hidden"))
                .map(tile -> ((DomElement) tile.querySelector(".tile-name")).getTextContent())
                .toList();
    }

    @Test
    void loadsTheFramesOfAppsOnTheWayOut() throws Exception {
        HttpServer app = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> told = new CopyOnWriteArrayList<>();
        app.createContext("/logout", exchange -> {
            told.add(exchange.getRequestURI().getQuery());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        app.start();
        try (TestPortal framed = TestPortal.with()
                .yaml(Fixtures.localAccounts())
                .yaml("""
                        applications:
                          - id: app
                            authentication: none
                            redirect-uris: [%s]
                            frontchannel-logout-uri: http://127.0.0.1:%d/logout
                        """.formatted(Fixtures.CALLBACK, app.getAddress().getPort()))
                .build()) {
            HtmlPage launcher = signIn(framed.baseUrl(), Fixtures.PASSWORD);
            browser.getOptions().setRedirectEnabled(false);
            browser.getPage(framed.baseUrl() + new FakeRelyingParty(framed, "app").authorizePath());
            browser.getOptions().setRedirectEnabled(true);

            HtmlPage leaving = ((HtmlElement) launcher.getElementById("sign-out")).click();
            browser.waitForBackgroundJavaScript(10_000);

            HtmlPage end = (HtmlPage) leaving.getEnclosingWindow().getEnclosedPage();
            assertThat(end.asNormalizedText()).contains("You are signed out");
            assertThat(told).singleElement().asString().startsWith("iss=" + framed.baseUrl() + "&sid=");
        } finally {
            app.stop(0);
        }
    }

    @Test
    void signsOutAndSaysSo() throws IOException {
        HtmlPage launcher = signIn(Fixtures.PASSWORD);

        HtmlPage leaving = ((HtmlElement) launcher.getElementById("sign-out")).click();
        browser.waitForBackgroundJavaScript(2_000);

        HtmlPage end = (HtmlPage) leaving.getEnclosingWindow().getEnclosedPage();
        assertThat(end.asNormalizedText()).contains("You are signed out");
    }
}
