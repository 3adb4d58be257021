package io.throughline.jobs.imports;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Told from all bytes of a file: a megabyte without accents says nothing of the name on the last line. UTF-8 and UTF-16 with
 * or without their marks; else what spreadsheets in the West write.
 */
final class Encoding {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    /** Enough to see UTF-16, in which every other byte of a Western text is zero. */
    private static final int SEEN_BYTES = 4096;

    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final CharBuffer discarded = CharBuffer.allocate(8192);
    private byte[] head = {};
    /** A character that the last part cut in two. */
    private byte[] carried = {};

    private boolean malformed;

    /** The next bytes of the file. */
    void take(byte[] part) {
        if (head.length == 0) {
            head = part;
        }
        if (malformed) {
            return;
        }
        ByteBuffer bytes = ByteBuffer.allocate(carried.length + part.length)
                .put(carried)
                .put(part)
                .flip();
        CoderResult result;
        do {
            discarded.clear();
            result = utf8.decode(bytes, discarded, false);
        } while (result.isOverflow());
        malformed = result.isError();
        carried = new byte[malformed ? 0 : bytes.remaining()];
        bytes.get(carried);
    }

    /** @param cut whether bytes are missing after those that were taken */
    Charset charset(boolean cut) {
        if (startsWith(head, 0xEF, 0xBB, 0xBF)) {
            return StandardCharsets.UTF_8;
        }
        if (startsWith(head, 0xFF, 0xFE)) {
            return StandardCharsets.UTF_16LE;
        }
        if (startsWith(head, 0xFE, 0xFF)) {
            return StandardCharsets.UTF_16BE;
        }
        return unmarked(cut);
    }

    private Charset unmarked(boolean cut) {
        int pairs = Math.min(head.length, SEEN_BYTES) / 2;
        int firstZero = 0;
        int secondZero = 0;
        for (int pair = 0; pair < pairs; pair++) {
            firstZero += head[2 * pair] == 0 ? 1 : 0;
            secondZero += head[2 * pair + 1] == 0 ? 1 : 0;
        }
        if (secondZero > pairs / 2 && firstZero <= pairs / 10) {
            return StandardCharsets.UTF_16LE;
        }
        if (firstZero > pairs / 2 && secondZero <= pairs / 10) {
            return StandardCharsets.UTF_16BE;
        }
        return malformed || carried.length > 0 && !cut ? WINDOWS_1252 : StandardCharsets.UTF_8;
    }

    /** Bytes to pass over at the beginning. */
    static int markLength(byte[] head, Charset charset) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return startsWith(head, 0xEF, 0xBB, 0xBF) ? 3 : 0;
        }
        boolean marked = charset.equals(StandardCharsets.UTF_16LE) && startsWith(head, 0xFF, 0xFE)
                || charset.equals(StandardCharsets.UTF_16BE) && startsWith(head, 0xFE, 0xFF);
        return marked ? 2 : 0;
    }

    private static boolean startsWith(byte[] head, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (head.length <= i || (head[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
