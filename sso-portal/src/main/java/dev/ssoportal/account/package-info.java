/**
 * The pages on which a person sees and ends what she has begun: sessions with the receipts of those that have ended, and what apps have been
 * granted. And the page on which an administrator does so for others.
 *
 * <p>Routes: {@code /account/sessions}, {@code /account/apps}, {@code /admin/sessions}.
 */
package dev.ssoportal.account;
