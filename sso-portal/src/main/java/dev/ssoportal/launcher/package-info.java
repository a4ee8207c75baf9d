/**
 * The page for a signed-in person: what she may open, who she is, how to leave.
 *
 * <p>Routes: {@code /}, {@code /logout}, {@code /signed-out}.
 */
package dev.ssoportal.launcher;
