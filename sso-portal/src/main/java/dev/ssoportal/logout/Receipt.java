package dev.ssoportal.logout;

/**
 * A {@link LogoutNotice} as pages show it.
 *
 * @param name whom it concerns
 * @param state a message key
 * @param style a class of the stylesheet: {@code told}, {@code untold} or none
 */
public record Receipt(String name, String state, String style) {

    public static Receipt of(LogoutNotice notice) {
        return new Receipt(notice.recipient().name(), key(notice), style(notice.state()));
    }

    private static String key(LogoutNotice notice) {
        return switch (notice.state()) {
            case ACKNOWLEDGED ->
                notice.channel() == LogoutNotice.Channel.FRONT ? "receipts.shown" : "receipts.acknowledged";
            case SENT -> "receipts.sent";
            case RETRYING -> "receipts.retrying";
            case GIVEN_UP -> "receipts.given-up";
            case PENDING -> "receipts.pending-state";
        };
    }

    private static String style(LogoutNotice.State state) {
        return switch (state) {
            case ACKNOWLEDGED -> "told";
            case GIVEN_UP -> "untold";
            case PENDING, SENT, RETRYING -> "";
        };
    }

    /** Whether an answer may still come without the person's doing anything. */
    public static boolean isToBeSentAgain(LogoutNotice notice) {
        return notice.channel() == LogoutNotice.Channel.BACK
                && switch (notice.state()) {
                    case ACKNOWLEDGED, GIVEN_UP -> false;
                    case PENDING, SENT, RETRYING -> true;
                };
    }
}
