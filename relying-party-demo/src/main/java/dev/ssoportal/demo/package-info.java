/**
 * What a user of the portal writes: a web app that signs people in, two APIs that decide by role, a batch job with a name of its own; and
 * {@link dev.ssoportal.demo.DemoWorld}, which starts all of it with a corporate identity provider.
 *
 * <p>{@link dev.ssoportal.demo.BearerTokenFilter} is meant to be copied.
 */
package dev.ssoportal.demo;
