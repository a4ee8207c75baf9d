package dev.ssoportal.testing;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Apps that register themselves. */
public final class Registrations {
    private Registrations() {}

    /** Good metadata; the changes replace or add, an empty value removes. */
    public static String metadata(Map<String, Object> changes) {
        Map<String, Object> metadata = new HashMap<>(Map.of(
                "redirect_uris", List.of(Fixtures.CALLBACK),
                "client_name", "Newcomer",
                "scope", "openid email nonsense"));
        changes.forEach((name, value) -> {
            if ("".equals(value)) {
                metadata.remove(name);
            } else {
                metadata.put(name, value);
            }
        });
        return JSONObjectUtils.toJSONString(metadata);
    }

    public static Answer register(TestPortal portal, Map<String, Object> changes) {
        return portal.browser().sendJson("POST", "/oauth2/register", metadata(changes));
    }
}
