package dev.ssoportal.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccessRuleTest {
    private static Account ann(String provider) {
        return new Account(
                "id",
                "ann",
                "Ann",
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                List.of("engineering"),
                List.of("staff"),
                provider,
                Map.of(),
                Instant.EPOCH,
                Optional.empty(),
                false);
    }

    private static AccessRule usernames(String... names) {
        return new AccessRule(List.of(), List.of(), List.of(names));
    }

    @Test
    void admitsEverybodyWhenItNamesNobody() {
        assertThat(usernames().allows(ann("corp"))).isTrue();
    }

    @Test
    void takesABareUsernameForALocalAccountOnly() {
        assertThat(usernames("ann").allows(ann("local"))).isTrue();
        assertThat(usernames("ann").allows(ann("corp")))
                .as("anybody may call himself ann there")
                .isFalse();
        assertThat(usernames("corp:ann").allows(ann("corp"))).isTrue();
        assertThat(usernames("corp:ann").allows(ann("partner"))).isFalse();
    }

    @Test
    void takesGroupsBareOrOfOneProvider() {
        assertThat(new AccessRule(List.of(), List.of("engineering"), List.of()).allows(ann("corp")))
                .isTrue();
        assertThat(new AccessRule(List.of(), List.of("corp:engineering"), List.of()).allows(ann("corp")))
                .isTrue();
        assertThat(new AccessRule(List.of(), List.of("corp:engineering"), List.of()).allows(ann("partner")))
                .isFalse();
    }

    @Test
    void saysWhy() {
        AccessRule.Decision decision = new AccessRule(List.of("boss"), List.of(), List.of()).decide(ann("corp"));

        assertThat(decision.allowed()).isFalse();
        assertThat(decision.reason()).contains("has the roles [staff]", "needs one of the roles [boss]");
    }
}
