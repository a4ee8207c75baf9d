package dev.ssoportal.logout;

/**
 * One place the browser is led to.
 *
 * @param framed whether it is loaded in a frame of a page of ours, side by side with others; else the browser goes there and is sent back
 */
public record Hop(Recipient recipient, String url, boolean framed) {}
