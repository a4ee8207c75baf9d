/**
 * Upstream providers that speak SAML 2.0: pac4j's {@code SAML2Client} with the holes in its defaults closed. With {@code saml} the only
 * place that knows OpenSAML.
 *
 * <p>What is closed, each in a class of its own: unsolicited responses ({@link dev.ssoportal.login.saml.StrictResponseValidator}),
 * unsigned logout messages ({@link dev.ssoportal.login.saml.StrictLogoutValidator}), weak signature algorithms ({@link
 * dev.ssoportal.login.saml.StrictTrustEngine}), weak encryption and references to elsewhere ({@link
 * dev.ssoportal.login.saml.StrictDecrypter}), replay at another member ({@link dev.ssoportal.login.saml.ClusterReplayCache}).
 */
package dev.ssoportal.login.saml;
