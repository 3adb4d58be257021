package io.throughline.chat.conversation;

/** Text on one line of bounded length. */
final class Titles {

    static final int LENGTH = 80;

    private Titles() {}

    static String of(String question) {
        return shortened(question, LENGTH);
    }

    /** @param longest code points, the ellipsis included */
    static String shortened(String text, int longest) {
        String line = text.strip().replaceAll("\\s+", " ");
        return line.codePointCount(0, line.length()) <= longest
                ? line
                : line.substring(0, line.offsetByCodePoints(0, longest - 1)) + "…";
    }
}
