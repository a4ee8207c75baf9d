/**
 * HTTP, as far as the rest needs to know it: an {@link dev.ssoportal.http.Endpoint} gets a {@link dev.ssoportal.http.WebExchange} and
 * answers a {@link dev.ssoportal.http.Reply}; {@link dev.ssoportal.http.Routes} says which endpoint answers what.
 *
 * <p>The only package that knows Jetty and Thymeleaf. Owns security headers, cookies, cross-site request forgery protection, request
 * limits, error pages and {@code /assets/…}.
 */
package dev.ssoportal.http;
