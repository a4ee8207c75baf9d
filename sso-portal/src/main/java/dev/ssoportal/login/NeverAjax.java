package dev.ssoportal.login;

import org.pac4j.core.context.CallContext;
import org.pac4j.core.exception.http.HttpAction;
import org.pac4j.core.http.ajax.AjaxRequestResolver;
import org.pac4j.core.redirect.RedirectionActionBuilder;

/** A sign-in is a navigation; a header that says otherwise changes nothing. */
public enum NeverAjax implements AjaxRequestResolver {
    INSTANCE;

    @Override
    public boolean isAjax(CallContext context) {
        return false;
    }

    @Override
    public HttpAction buildAjaxResponse(CallContext context, RedirectionActionBuilder redirectionActionBuilder) {
        throw new IllegalStateException("not called, since nothing is Ajax");
    }
}
