/**
 * Who exists and what they may use: accounts of people, and what the configuration declares: apps, APIs, service accounts, access rules.
 *
 * <p>An <em>account</em> is a person here; an <em>app</em> is what people open and what receives ID tokens; an <em>API</em> is what access
 * tokens are for; a <em>service account</em> is a program with a name of its own. Owns no route.
 */
package dev.ssoportal.directory;
