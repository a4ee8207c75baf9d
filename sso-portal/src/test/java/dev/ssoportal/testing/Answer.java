package dev.ssoportal.testing;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.ssoportal.http.Parameters;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An HTTP answer, read for assertions. */
public record Answer(int status, Map<String, List<String>> headers, String body) {

    static Answer of(HttpResponse<String> response) {
        return new Answer(response.statusCode(), response.headers().map(), response.body());
    }

    public Optional<String> header(String name) {
        return headers.entrySet().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                .flatMap(entry -> entry.getValue().stream())
                .findFirst();
    }

    public String location() {
        return header("Location").orElseThrow(() -> new AssertionError("no redirect but " + status + " " + body));
    }

    /** A parameter of the redirect's query. */
    public Optional<String> locationParameter(String name) {
        int query = location().indexOf('?');
        return query < 0
                ? Optional.empty()
                : Parameters.parse(location().substring(query + 1)).single(name);
    }

    public Map<String, Object> json() {
        try {
            return JSONObjectUtils.parse(body);
        } catch (ParseException e) {
            throw new AssertionError("not JSON: " + status + " " + body, e);
        }
    }

    public String text(String member) {
        Object value = json().get(member);
        if (value == null) {
            throw new AssertionError("no " + member + " in " + status + " " + body);
        }
        return value.toString();
    }

    /** Where a page that moves on by itself leads. */
    public String next() {
        Matcher matcher = Pattern.compile("id=\"next\" href=\"([^\"]*)\"").matcher(body);
        if (!matcher.find()) {
            throw new AssertionError("no link onward in " + status + " " + body);
        }
        return matcher.group(1).replace("&amp;", "&");
    }

    /** The value of a hidden field of a form. */
    public String field(String name) {
        Matcher matcher =
                Pattern.compile("name=\"" + name + "\" value=\"([^\"]*)\"").matcher(body);
        if (!matcher.find()) {
            throw new AssertionError("no field " + name + " in " + status + " " + body);
        }
        return matcher.group(1).replace("&amp;", "&");
    }
}
