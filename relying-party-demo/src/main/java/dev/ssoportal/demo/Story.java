package dev.ssoportal.demo;

import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Collectors;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlAnchor;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlInput;
import org.htmlunit.html.HtmlPage;

/** Plays what the guide tells a person to try, in a browser without a window, and says what it saw at each step. */
final class Story {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final HttpClient http = HttpClient.newHttpClient();
    private final DemoWorld world;
    private final PrintStream out;
    private int step;

    Story(DemoWorld world, PrintStream out) {
        this.world = world;
        this.out = out;
    }

    /** @throws IllegalStateException when something is not as it should be */
    void play() throws IOException, InterruptedException {
        try (WebClient browser = new WebClient()) {
            browser.getOptions().setCssEnabled(false);
            browser.getOptions().setThrowExceptionOnFailingStatusCode(false);
            HtmlPage launcher = signIn(browser);
            openApp(launcher);
            placeOrder(browser);
            openSecondApp(browser);
            runBatchJob();
            String token = tokenOfAlice(browser);
            signOutAtTheSecondApp(browser);
            tokenIsRefused(token);
            firstAppHasHeard(browser);
            receiptsCanBeRead(signIn(browser), browser);
            signOut(browser);
        }
        out.println("Everything was as it should be.");
    }

    private HtmlPage signIn(WebClient browser) throws IOException {
        HtmlPage form = browser.getPage(world.portalUrl());
        require(
                isAt(form, world.idpUrl()),
                "the portal sends a visitor to the corporate provider, not to " + form.getUrl());
        saw("The portal sent me to the corporate provider: " + form.getTitleText());
        ((HtmlInput) form.getElementById("username")).type("alice");
        ((HtmlInput) form.getElementById("password")).type(DemoWorld.ALICES_PASSWORD);
        HtmlPage launcher = ((HtmlElement) form.getElementById("login-submit")).click();
        require(isAt(launcher, world.portalUrl()), "alice is back at the portal, not at " + launcher.getUrl());
        require(launcher.asNormalizedText().contains("Hello, Alice Adams"), "the launcher greets alice");
        require(launcher.asNormalizedText().contains("Build server"), "alice has the tiles of engineers");
        saw("I signed in as alice and see the launcher with "
                + launcher.querySelectorAll(".tile").size() + " tiles");
        return launcher;
    }

    private void openApp(HtmlPage launcher) throws IOException {
        HtmlPage app = ((HtmlAnchor) launcher.querySelector("a[href='" + world.appUrl() + "/']")).click();
        require(isAt(app, world.appUrl()), "the demo app opens without a second sign-in, but I am at " + app.getUrl());
        require("Alice Adams".equals(app.getElementById("name").getTextContent()), "the app knows alice");
        require(app.getElementById("orders").getTextContent().contains("anvils"), "the app has read the orders");
        saw("The demo app opened without a second sign-in; it knows "
                + app.getElementById("name").getTextContent() + " with the roles "
                + app.getElementById("roles").getTextContent() + " and read the orders with her token");
    }

    private void placeOrder(WebClient browser) throws IOException {
        HtmlPage app = browser.getPage(world.appUrl());
        HtmlPage after = ((HtmlElement) app.getElementById("place-order")).click();
        String outcome = after.getElementById("outcome").getTextContent();
        require(outcome.contains("has been placed"), "alice may place an order, but: " + outcome);
        saw("Alice placed an order: " + outcome);
    }

    private void runBatchJob() throws IOException, InterruptedException {
        BatchJob job = world.batchJob();
        String token = job.token(world.ordersUrl());
        HttpResponse<String> read = job.read(world.ordersUrl() + "/orders", token);
        require(read.statusCode() == 200, "the batch job may read orders, but got " + read.statusCode());
        saw("The batch job read the orders: " + read.body());
        HttpResponse<String> order = job.order(world.ordersUrl() + "/orders", token, "1 batch of trouble");
        require(order.statusCode() == 403, "the batch job may not place orders, but got " + order.statusCode());
        saw("The batch job was refused to place one: 403 "
                + order.headers().firstValue("WWW-Authenticate").orElse(""));
        HttpResponse<String> stock = job.read(world.inventoryUrl() + "/stock", token);
        require(
                stock.statusCode() == 401,
                "a token for orders is worth nothing at the inventory, but got " + stock.statusCode());
        saw("Its token for the orders API was refused by the inventory API: 401");
    }

    private void openSecondApp(WebClient browser) throws IOException {
        HtmlPage app = browser.getPage(world.stockAppUrl());
        require(isAt(app, world.stockAppUrl()), "the stock app opens without a sign-in, but I am at " + app.getUrl());
        require(app.getElementById("stock").getTextContent().contains("anvils"), "the app has read the stock");
        saw("The stock app opened too, in the same session, and read what is in stock");
    }

    /** An app without a secret gets a token for the orders API; we take it from the redirect, as the app would. */
    private String tokenOfAlice(WebClient browser) throws IOException, InterruptedException {
        CodeVerifier verifier = new CodeVerifier();
        String redirect = "https://travel.acme.example/callback";
        browser.getOptions().setRedirectEnabled(false);
        String location = browser.getPage(
                        world.portalUrl() + "/oauth2/authorize?client_id=travel&response_type=code&redirect_uri="
                                + redirect + "&scope=openid%20orders&state=s&code_challenge_method=S256&code_challenge="
                                + CodeChallenge.compute(CodeChallengeMethod.S256, verifier)
                                        .getValue())
                .getWebResponse()
                .getResponseHeaderValue("Location");
        browser.getOptions().setRedirectEnabled(true);
        String code = location.replaceAll(".*[?&]code=([^&]*).*", "$1");
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(world.portalUrl() + "/oauth2/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "grant_type=authorization_code&client_id=travel&redirect_uri=" + redirect + "&code="
                                        + code + "&code_verifier=" + verifier.getValue()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String token = answer.body().replaceAll("(?s).*\"access_token\":\"([^\"]*)\".*", "$1");
        int status = world.batchJob().read(world.ordersUrl() + "/orders", token).statusCode();
        require(status == 200, "the orders API takes alice's token, but it answered " + status);
        saw("A third app called the orders API with a token of alice: 200");
        return token;
    }

    private void signOutAtTheSecondApp(WebClient browser) throws IOException {
        HtmlPage app = browser.getPage(world.stockAppUrl());
        HtmlPage end = ((HtmlElement) app.getElementById("sign-out")).click();
        require(
                isAt(end, world.stockAppUrl()) && end.getElementById("signed-out") != null,
                "the sign-out at the stock app ends there, but I see " + end.getUrl());
        saw(
                "I signed out at the stock app, was led past the portal and the corporate provider, and landed there again");
    }

    /** The APIs verify tokens offline; what they know of the logout, the revocation feed has told them. */
    private void tokenIsRefused(String token) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        BatchJob job = world.batchJob();
        int status = job.read(world.ordersUrl() + "/orders", token).statusCode();
        while (status != 401 && System.nanoTime() - begin < PATIENCE.toNanos()) {
            Thread.sleep(5);
            status = job.read(world.ordersUrl() + "/orders", token).statusCode();
        }
        require(status == 401, "the orders API refuses the token after the sign-out, but it answered " + status);
        saw("The orders API refuses that token: 401, "
                + Duration.ofNanos(System.nanoTime() - begin).toMillis() + " ms after I landed");
    }

    private void firstAppHasHeard(WebClient browser) throws IOException, InterruptedException {
        HtmlPage app = appAfterLogout(browser);
        require(
                isAt(app, world.idpUrl()) && app.getElementById("password") != null,
                "the orders app has heard of the logout, but I am at " + app.getUrl());
        saw("The orders app has heard of it too: it asks me to sign in again, at the corporate provider");
    }

    private void receiptsCanBeRead(HtmlPage launcher, WebClient browser) throws IOException {
        require(launcher.getElementById("my-sessions") != null, "the launcher leads to my sessions");
        HtmlPage sessions = browser.getPage(world.portalUrl() + "/account/sessions");
        String receipts = sessions.querySelectorAll(".receipts li").stream()
                .map(receipt -> receipt.querySelector(".receipt-name").getTextContent() + " "
                        + receipt.querySelector(".state").getTextContent())
                .collect(Collectors.joining(", "));
        require(
                receipts.contains("Orders told") && receipts.contains("Stock told"),
                "the receipts say that both apps were told, but they say: " + receipts);
        saw("The receipts of the session that has ended: " + receipts);
    }

    private void signOut(WebClient browser) throws IOException, InterruptedException {
        HtmlPage app = browser.getPage(world.appUrl());
        require(isAt(app, world.appUrl()), "the orders app opens in the new session, but I am at " + app.getUrl());
        HtmlPage launcher = browser.getPage(world.portalUrl());
        HtmlPage leaving = ((HtmlElement) launcher.getElementById("sign-out")).click();
        browser.waitForBackgroundJavaScript(1000);
        HtmlPage end = (HtmlPage) leaving.getEnclosingWindow().getEnclosedPage();
        require(
                end.asNormalizedText().contains("You are signed out"),
                "the sign-out ends at a page that says so, but I see " + end.getUrl());
        require(end.getElementById("receipts") != null, "the page says who has been told");
        saw("I signed out at the portal and landed at: " + end.getTitleText() + "; the page says who has been told");
        HtmlPage portal = browser.getPage(world.portalUrl());
        require(
                isAt(portal, world.idpUrl()) && portal.getElementById("password") != null,
                "portal and provider both ask for a sign-in again");
        saw("The portal and the corporate provider both ask me to sign in again");
    }

    /** The app is told off the request's thread; it has five seconds to hear of it. */
    private HtmlPage appAfterLogout(WebClient browser) throws IOException, InterruptedException {
        HtmlPage app = browser.getPage(world.appUrl());
        for (int i = 0; i < 50 && !isAt(app, world.idpUrl()); i++) {
            Thread.sleep(100);
            app = browser.getPage(world.appUrl());
        }
        return app;
    }

    private static boolean isAt(HtmlPage page, String url) {
        return URI.create(page.getUrl().toString())
                .getAuthority()
                .equals(URI.create(url).getAuthority());
    }

    private void saw(String what) {
        out.println("  " + ++step + ". " + what);
    }

    private static void require(boolean condition, String expectation) {
        if (!condition) {
            throw new IllegalStateException("Expected that " + expectation);
        }
    }
}
