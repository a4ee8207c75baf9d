package dev.ssoportal.directory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Apps, APIs and service accounts: those that the configuration declares, and after them the apps that have registered themselves. */
public final class AppCatalog {
    private final Map<String, App> apps = new LinkedHashMap<>();
    private final Map<String, Api> apis = new LinkedHashMap<>();
    private final Function<String, Optional<App>> registered;
    private final Map<String, Client> clients = new LinkedHashMap<>();

    public AppCatalog(List<App> apps, List<Api> apis, List<ServiceAccount> serviceAccounts) {
        this(apps, apis, serviceAccounts, id -> Optional.empty());
    }

    /** @param registered the apps that are not of the configuration, by id */
    public AppCatalog(
            List<App> apps,
            List<Api> apis,
            List<ServiceAccount> serviceAccounts,
            Function<String, Optional<App>> registered) {
        this.registered = registered;
        apps.forEach(app -> {
            this.apps.put(app.id(), app);
            clients.put(app.id(), app);
        });
        apis.forEach(api -> this.apis.put(api.audience(), api));
        serviceAccounts.forEach(account -> clients.put(account.id(), account));
    }

    public Optional<Client> client(String id) {
        Client declared = clients.get(id);
        return declared == null ? registered.apply(id).map(Client.class::cast) : Optional.of(declared);
    }

    public Optional<App> app(String id) {
        App declared = apps.get(id);
        return declared == null && !clients.containsKey(id) ? registered.apply(id) : Optional.ofNullable(declared);
    }

    public Optional<Api> api(String audience) {
        return Optional.ofNullable(apis.get(audience));
    }

    /** Those of the configuration. */
    public Collection<App> apps() {
        return apps.values();
    }

    /** The apps a person may open from the launcher. */
    public List<App> launchable(Account account) {
        return apps.values().stream()
                .filter(app -> app.launchUrl().isPresent() && app.access().allows(account))
                .toList();
    }

    /** The API that declares a type of authorization details. */
    public Optional<Api> apiOfDetail(String type) {
        return apis.values().stream()
                .filter(api -> api.detailTypes().stream()
                        .anyMatch(known -> known.name().equals(type)))
                .findFirst();
    }

    public Optional<DetailType> detailType(String type) {
        return detailTypes().stream().filter(known -> known.name().equals(type)).findFirst();
    }

    /** Every type of authorization details there is. */
    public List<DetailType> detailTypes() {
        return apis.values().stream().flatMap(api -> api.detailTypes().stream()).toList();
    }

    /** The APIs that a set of scopes is about. */
    public List<Api> apisOf(Collection<String> scopes) {
        List<Api> found = new ArrayList<>();
        for (Api api : apis.values()) {
            if (api.scopes().stream().anyMatch(scopes::contains)) {
                found.add(api);
            }
        }
        return found;
    }

    /**
     * A scope as pages show it: in words of ours if it is one of OpenID's, else by the API it is for.
     *
     * @param api empty for OpenID's scopes
     */
    public record DescribedScope(String name, String api) {}

    /** OpenID's first, and then in the order of the configuration. */
    public List<DescribedScope> described(Collection<String> scopes) {
        return scopes().stream()
                .filter(scopes::contains)
                .map(scope -> new DescribedScope(
                        scope, apisOf(Set.of(scope)).stream().map(Api::name).collect(Collectors.joining(", "))))
                .toList();
    }

    /** Every scope there is, for discovery. */
    public Set<String> scopes() {
        Set<String> scopes = new LinkedHashSet<>(
                List.of("openid", "profile", "email", "address", "phone", "groups", "offline_access"));
        apis.values().forEach(api -> scopes.addAll(api.scopes()));
        return scopes;
    }
}
