/**
 * The pages on which a person sees and ends what she has begun: sessions with the receipts of those that have ended, and what apps have been
 * granted.
 *
 * <p>Routes: {@code /account/sessions}, {@code /account/apps}.
 */
package dev.ssoportal.account;
