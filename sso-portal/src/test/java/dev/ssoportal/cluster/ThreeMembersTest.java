package dev.ssoportal.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssoportal.testing.Answer;
import dev.ssoportal.testing.AtOnce;
import dev.ssoportal.testing.Browser;
import dev.ssoportal.testing.FakeRelyingParty;
import dev.ssoportal.testing.Fixtures;
import dev.ssoportal.testing.Ports;
import dev.ssoportal.testing.TestPortal;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is good once is good once, however many present it at however many members. */
class ThreeMembersTest {
    private static final int CALLS = 64;
    private static final List<TestPortal> MEMBERS = new ArrayList<>();

    @BeforeAll
    static void start() {
        List<Integer> ports = List.of(Ports.free(), Ports.free(), Ports.free());
        String database =
                "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";
        String addresses =
                ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(", "));
        for (int port : ports) {
            MEMBERS.add(TestPortal.with()
                    .publicUrl("http://localhost:1")
                    .server("  shutdown-delay: 1ms")
                    .yaml("""
                            cluster:
                              name: test-%d
                              port: %d
                              members: [%s]
                            database:
                              url: %s
                            master-key: ${env:MASTER_KEY}
                            """.formatted(ports.get(0), port, addresses, database))
                    .yaml(Fixtures.localAccounts())
                    .yaml(Fixtures.catalog())
                    .environment("MASTER_KEY", "a master key that all members share")
                    .build());
        }
        assertThat(MEMBERS.get(0).portal().clusterMembers()).isEqualTo(3);
    }

    @AfterAll
    static void stop() {
        MEMBERS.forEach(TestPortal::close);
    }

    private static FakeRelyingParty web(TestPortal member) {
        return new FakeRelyingParty(member, "web");
    }

    /** Asks the members in turn, all at the same time. */
    private static List<Answer> ask(Function<TestPortal, Answer> call) throws Exception {
        return AtOnce.call(IntStream.range(0, CALLS)
                .<Callable<Answer>>mapToObj(i -> () -> call.apply(MEMBERS.get(i % MEMBERS.size())))
                .toList());
    }

    @Test
    void givesOneTokenSetForACode() throws Exception {
        FakeRelyingParty app = web(MEMBERS.get(0));
        String code = app.code(MEMBERS.get(0).signedIn("ann"), "scope", "openid offline_access");

        List<Answer> answers =
                ask(member -> web(member).redeem(code, app.verifier().getValue()));

        assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
        assertThat(answers)
                .filteredOn(answer -> answer.status() != 200)
                .hasSize(CALLS - 1)
                .allSatisfy(answer -> assertThat(answer.text("error")).isEqualTo("invalid_grant"));
    }

    @Test
    void givesOneCodeForAPushedRequest() throws Exception {
        String requestUri = web(MEMBERS.get(1)).push().text("request_uri");
        String cookie = MEMBERS.get(0).signedIn("ann").cookie("session");

        List<Answer> answers = ask(member -> {
            Browser browser = member.browser();
            browser.setCookie("session", cookie);
            return browser.get("/oauth2/authorize?" + Browser.encode("client_id", "web", "request_uri", requestUri));
        });

        Predicate<Answer> sentBack = answer -> answer.status() == 303;
        assertThat(answers)
                .filteredOn(
                        sentBack.and(answer -> answer.locationParameter("code").isPresent()))
                .hasSize(1);
        assertThat(answers.stream().filter(sentBack).flatMap(answer -> answer.locationParameter("error").stream()))
                .as("those who found it, and came too late to use it")
                .allMatch("invalid_request"::equals);
        assertThat(answers)
                .filteredOn(sentBack.negate())
                .as("those who no longer found it")
                .allSatisfy(answer -> assertThat(answer.status()).isEqualTo(400));
    }

    @Test
    void givesOneSuccessorForARefreshToken() throws Exception {
        FakeRelyingParty app = web(MEMBERS.get(0));
        String token = app.redeem(app.code(MEMBERS.get(0).signedIn("ann"), "scope", "openid offline_access"))
                .text("refresh_token");

        List<Answer> answers = ask(member -> web(member).refresh(token));

        assertThat(answers).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
        assertThat(answers.stream().map(answer -> answer.text("refresh_token")).distinct())
                .as("within the grace for honest retries")
                .hasSize(1);
        assertThat(web(MEMBERS.get(2))
                        .refresh(answers.get(0).text("refresh_token"))
                        .status())
                .isEqualTo(200);
        assertThat(web(MEMBERS.get(1)).refresh(token).text("error"))
                .as("the one before the one before")
                .isEqualTo("invalid_grant");
    }
}
