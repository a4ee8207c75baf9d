package dev.ssoportal.http;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which endpoint answers which path and method. A path segment {@code {name}} matches any one segment. */
public final class Routes {

    /** How a failure nobody expected is answered. */
    public enum Failures {
        AS_PAGE,
        AS_JSON
    }

    record Route(Endpoint endpoint, Failures failures) {}

    record Match(Route route, Map<String, String> variables) {}

    private record Pattern(List<String> segments, Map<String, Route> byMethod) {}

    private final Map<String, Map<String, Route>> exact = new HashMap<>();
    private final Map<String, Pattern> patterns = new LinkedHashMap<>();

    public Routes get(String path, Endpoint endpoint) {
        return add("GET", path, endpoint, Failures.AS_PAGE);
    }

    public Routes post(String path, Endpoint endpoint) {
        return add("POST", path, endpoint, Failures.AS_PAGE);
    }

    /** For programs: failures are JSON. */
    public Routes getJson(String path, Endpoint endpoint) {
        return add("GET", path, endpoint, Failures.AS_JSON);
    }

    public Routes postJson(String path, Endpoint endpoint) {
        return add("POST", path, endpoint, Failures.AS_JSON);
    }

    /** For programs in browsers too, wherever they come from. */
    public Routes shared(String method, String path, Endpoint endpoint) {
        if (!methods(path).contains("OPTIONS")) {
            add("OPTIONS", path, Cors::preflight, Failures.AS_JSON);
        }
        return add(method, path, new Cors(endpoint), Failures.AS_JSON);
    }

    public Routes putJson(String path, Endpoint endpoint) {
        return add("PUT", path, endpoint, Failures.AS_JSON);
    }

    public Routes deleteJson(String path, Endpoint endpoint) {
        return add("DELETE", path, endpoint, Failures.AS_JSON);
    }

    private Routes add(String method, String path, Endpoint endpoint, Failures failures) {
        Map<String, Route> byMethod = path.indexOf('{') < 0
                ? exact.computeIfAbsent(path, key -> new HashMap<>())
                : patterns.computeIfAbsent(path, key -> new Pattern(List.of(key.split("/")), new HashMap<>()))
                        .byMethod();
        if (byMethod.putIfAbsent(method, new Route(endpoint, failures)) != null) {
            throw new IllegalArgumentException("two endpoints for " + method + " " + path);
        }
        return this;
    }

    /** The route for a request; HEAD is answered like GET. */
    Optional<Match> match(String method, String path) {
        String lookup = "HEAD".equals(method) ? "GET" : method;
        Map<String, Route> byMethod = exact.get(path);
        if (byMethod != null) {
            return Optional.ofNullable(byMethod.get(lookup)).map(route -> new Match(route, Map.of()));
        }
        List<String> segments = List.of(path.split("/"));
        for (Pattern pattern : patterns.values()) {
            Optional<Map<String, String>> variables = variables(pattern.segments(), segments);
            if (variables.isPresent()) {
                return Optional.ofNullable(pattern.byMethod().get(lookup))
                        .map(route -> new Match(route, variables.get()));
            }
        }
        return Optional.empty();
    }

    /** The methods a path answers; empty when there is no such path. */
    Set<String> methods(String path) {
        if (exact.containsKey(path)) {
            return new TreeSet<>(exact.get(path).keySet());
        }
        List<String> segments = List.of(path.split("/"));
        for (Pattern pattern : patterns.values()) {
            if (variables(pattern.segments(), segments).isPresent()) {
                return new TreeSet<>(pattern.byMethod().keySet());
            }
        }
        return Set.of();
    }

    private static Optional<Map<String, String>> variables(List<String> pattern, List<String> path) {
        if (pattern.size() != path.size()) {
            return Optional.empty();
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < pattern.size(); i++) {
            String expected = pattern.get(i);
            if (expected.startsWith("{") && !path.get(i).isEmpty()) {
                variables.put(expected.substring(1, expected.length() - 1), path.get(i));
            } else if (!expected.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }
}
