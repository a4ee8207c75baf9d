package dev.ssoportal.interop;

import java.io.IOException;
import org.htmlunit.CookieManager;
import org.htmlunit.WebClient;
import org.htmlunit.WebRequest;
import org.htmlunit.WebResponse;
import org.htmlunit.http.Cookie;
import org.htmlunit.util.WebConnectionWrapper;

/** HtmlUnit without scripts, for servers on loopback. */
final class LoopbackBrowser {
    private LoopbackBrowser() {}

    static WebClient open() {
        WebClient client = new WebClient();
        client.getOptions().setCssEnabled(false);
        client.getOptions().setThrowExceptionOnFailingStatusCode(false);
        client.getOptions().setJavaScriptEnabled(false);
        client.setWebConnection(new WebConnectionWrapper(client) {
            @Override
            public WebResponse getResponse(WebRequest request) throws IOException {
                WebResponse response = super.getResponse(request);
                dropSecureFlags(client.getCookieManager());
                return response;
            }
        });
        return client;
    }

    /** Keycloak marks its cookies Secure on loopback too; a real browser sends them there all the same, HtmlUnit does not. */
    private static void dropSecureFlags(CookieManager cookies) {
        for (Cookie cookie : cookies.getCookies()) {
            if (cookie.isSecure()) {
                cookies.removeCookie(cookie);
                cookies.addCookie(new Cookie(
                        cookie.getDomain(),
                        cookie.getName(),
                        cookie.getValue(),
                        cookie.getPath(),
                        cookie.getExpires(),
                        false,
                        cookie.isHttpOnly()));
            }
        }
    }
}
