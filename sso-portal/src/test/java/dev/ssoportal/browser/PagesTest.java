package dev.ssoportal.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.SharedPortal;
import java.io.IOException;
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
        HtmlPage form = browser.getPage(portal.baseUrl());
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

    private static java.util.List<String> visibleTiles(HtmlPage launcher) {
        return launcher.querySelectorAll("#apps li[data-search]").stream()
                .map(DomElement.class::cast)
                .filter(tile -> !tile.hasAttribute("hidden"))
                .map(tile -> ((DomElement) tile.querySelector(".tile-name")).getTextContent())
                .toList();
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
