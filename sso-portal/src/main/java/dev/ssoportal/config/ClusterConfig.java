package dev.ssoportal.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The members that share sessions.
 *
 * @param name members with another name do not join
 * @param address the address of this member's cluster port
 * @param port this member's cluster port; 0 takes the first free one from 5701 when members are listed
 * @param members {@code host} or {@code host:port} of the members; empty means a cluster of one without a network join
 * @param hazelcastFile a complete Hazelcast configuration that replaces all of the above; absent means {@code hazelcast.yaml} beside the
 *     configuration file, if there is one
 * @param timeout how long a call to another member may take
 * @param quorum how many members, this one included, have to answer for it to serve
 */
public record ClusterConfig(
        String name,
        String address,
        int port,
        List<String> members,
        Optional<Path> hazelcastFile,
        Duration timeout,
        int quorum) {

    public static ClusterConfig read(Section section) {
        List<String> members = section.strings("members");
        // Of three, two; of two, one, or the loss of one would stop the other.
        int majority = members.size() < 3 ? 1 : members.size() / 2 + 1;
        return new ClusterConfig(
                section.string("name", "sso-portal"),
                section.string("address", "127.0.0.1"),
                section.integer("port", 5701, 0, 65535),
                members,
                section.path("hazelcast-file"),
                section.duration("timeout", Duration.ofSeconds(5)),
                section.integer("quorum", majority, 1, Math.max(1, members.size())));
    }
}
