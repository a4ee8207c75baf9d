package dev.ssoportal.login;

import dev.ssoportal.http.PageError;
import dev.ssoportal.logout.FrontChannel;
import dev.ssoportal.logout.Hop;
import dev.ssoportal.logout.Recipient;
import dev.ssoportal.session.SsoSession;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** All providers, by id; and the way to tell them that a session has ended. */
public final class IdentityProviders implements FrontChannel {
    private final Map<String, UpstreamIdp> upstreams = new LinkedHashMap<>();

    public IdentityProviders(List<UpstreamIdp> upstreams) {
        upstreams.forEach(upstream -> this.upstreams.put(upstream.provider().id(), upstream));
    }

    Optional<UpstreamIdp> find(String id) {
        return Optional.ofNullable(upstreams.get(id));
    }

    /** @throws PageError 404 */
    UpstreamIdp require(String id) {
        return find(id).orElseThrow(() -> new PageError(404, "error.unknown-provider", "no such provider"));
    }

    Collection<UpstreamIdp> all() {
        return upstreams.values();
    }

    /** The provider for an address such as {@code ann@sales.example.com} or a bare domain; the most specific domain wins. */
    Optional<UpstreamIdp> forDomain(String addressOrDomain) {
        String domain = addressOrDomain.substring(addressOrDomain.lastIndexOf('@') + 1);
        for (String suffix = domain; !suffix.isEmpty(); suffix = parent(suffix)) {
            for (UpstreamIdp upstream : upstreams.values()) {
                if (upstream.provider().emailDomains().contains(suffix.toLowerCase(Locale.ROOT))) {
                    return Optional.of(upstream);
                }
            }
        }
        return Optional.empty();
    }

    private static String parent(String domain) {
        int dot = domain.indexOf('.');
        return dot < 0 ? "" : domain.substring(dot + 1);
    }

    /** What people call the providers, by id. */
    public Map<String, String> names() {
        return upstreams.values().stream()
                .map(UpstreamIdp::provider)
                .collect(Collectors.toMap(IdentityProvider::id, IdentityProvider::name));
    }

    /** Every authentication context that some sign-in here can prove. */
    public Set<String> acrValues() {
        Set<String> values = new LinkedHashSet<>(Set.of(LocalAccount.ACR));
        upstreams.values().forEach(upstream -> values.addAll(upstream.provider().acrValues()));
        return values;
    }

    public void refresh() {
        upstreams.values().forEach(UpstreamIdp::refresh);
    }

    @Override
    public List<Hop> hops(SsoSession session, Map<String, String> upstreamLogout, String plan) {
        return find(session.provider())
                .filter(upstream -> upstream.provider().logoutUpstream())
                .flatMap(upstream -> upstream.logoutUrl(upstreamLogout, plan)
                        .map(url -> new Hop(
                                new Recipient(
                                        upstream.provider().id(),
                                        upstream.provider().name()),
                                url,
                                false)))
                .stream()
                .toList();
    }
}
