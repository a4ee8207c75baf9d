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
    private final Function<String, Optional<App>> documents;
    private final Map<String, Client> clients = new LinkedHashMap<>();

    public AppCatalog(List<App> apps, List<Api> apis, List<ServiceAccount> serviceAccounts) {
        this(apps, apis, serviceAccounts, id -> Optional.empty(), id -> Optional.empty());
    }

    /**
     * @param registered the apps that have registered themselves, by id
     * @param documents the apps that describe themselves at a URL, by that
     */
    public AppCatalog(
            List<App> apps,
            List<Api> apis,
            List<ServiceAccount> serviceAccounts,
            Function<String, Optional<App>> registered,
            Function<String, Optional<App>> documents) {
        this.registered = registered;
        this.documents = documents;
        apps.forEach(app -> {
            this.apps.put(app.id(), app);
            clients.put(app.id(), app);
        });
        apis.forEach(api -> this.apis.put(api.audience(), api));
        serviceAccounts.forEach(account -> clients.put(account.id(), account));
    }

    /** Like {@link #app}, service accounts included. */
    public Optional<Client> client(String id) {
        Client declared = clients.get(id);
        return declared == null ? app(id).map(Client.class::cast) : Optional.of(declared);
    }

    /** An app that comes to us, wherever what we know of it has to be read. */
    public Optional<App> app(String id) {
        return clients.containsKey(id)
                ? Optional.ofNullable(apps.get(id))
                : knownApp(id).or(() -> documents.apply(id));
    }

    /** An app that is declared or has registered: what is here, and waits for nobody's server. */
    public Optional<App> knownApp(String id) {
        return clients.containsKey(id) ? Optional.ofNullable(apps.get(id)) : registered.apply(id);
    }

    /** What people call an app; of one that only a document knows, its URL. */
    public String nameOf(String id) {
        return knownApp(id).map(App::name).orElse(id);
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
