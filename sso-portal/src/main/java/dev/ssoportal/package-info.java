/**
 * The single sign-on portal. {@link dev.ssoportal.Main} reads arguments and configuration, {@link dev.ssoportal.Portal} constructs every
 * object and lists every route; everything else is in the packages below, in three tiers that only look down.
 */
package dev.ssoportal;
