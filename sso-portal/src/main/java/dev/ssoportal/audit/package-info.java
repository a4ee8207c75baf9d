/**
 * What happened, for people who have to answer for it: one line per event in the log {@code audit}, never with a credential in it.
 */
package dev.ssoportal.audit;
