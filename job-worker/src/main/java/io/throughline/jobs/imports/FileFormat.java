package io.throughline.jobs.imports;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * How a file is written, told from its first bytes: the same bytes always give the same answer.
 *
 * @param byteOrderMark bytes to pass over at the beginning
 */
record FileFormat(Charset charset, int byteOrderMark, char separator) {

    /** A field longer than this ends the reading: an unclosed quote would otherwise take in the rest of the file. */
    static final int LONGEST_FIELD = 1 << 20;

    private static final char[] SEPARATORS = {',', ';', '\t', '|'};
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    static FileFormat of(byte[] head) {
        FileFormat marked = marked(head);
        Charset charset = marked.charset() != null ? marked.charset() : unmarked(head);
        String text = new String(head, marked.byteOrderMark(), head.length - marked.byteOrderMark(), charset);
        return new FileFormat(charset, marked.byteOrderMark(), separator(text));
    }

    private static FileFormat marked(byte[] head) {
        if (startsWith(head, 0xEF, 0xBB, 0xBF)) {
            return new FileFormat(StandardCharsets.UTF_8, 3, ',');
        }
        if (startsWith(head, 0xFF, 0xFE)) {
            return new FileFormat(StandardCharsets.UTF_16LE, 2, ',');
        }
        if (startsWith(head, 0xFE, 0xFF)) {
            return new FileFormat(StandardCharsets.UTF_16BE, 2, ',');
        }
        return new FileFormat(null, 0, ',');
    }

    private static boolean startsWith(byte[] head, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (head.length <= i || (head[i] & 0xFF) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /** UTF-8, unless the bytes cannot be: then what spreadsheets in the West write. */
    private static Charset unmarked(byte[] head) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        // Not told that the input ends: a character that the head cuts in two is no fault.
        boolean malformed = decoder.decode(ByteBuffer.wrap(head), CharBuffer.allocate(head.length + 1), false)
                .isError();
        return malformed ? WINDOWS_1252 : StandardCharsets.UTF_8;
    }

    /** The one that cuts the header into most fields, outside quotes. */
    private static char separator(String text) {
        int[] counts = new int[SEPARATORS.length];
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"') {
                quoted = !quoted;
            } else if (!quoted && (each == '\n' || each == '\r')) {
                if (i > 0) {
                    break;
                }
            } else if (!quoted) {
                for (int s = 0; s < SEPARATORS.length; s++) {
                    counts[s] += each == SEPARATORS[s] ? 1 : 0;
                }
            }
        }
        int best = 0;
        for (int s = 1; s < SEPARATORS.length; s++) {
            best = counts[s] > counts[best] ? s : best;
        }
        return SEPARATORS[best];
    }

    /**
     * What the first part of a file tells of the rest.
     *
     * @param header fields of the first line that is not empty
     * @param hasRows whether another line begins in the part
     */
    record Beginning(List<String> header, boolean hasRows) {}

    /** Empty when the first line does not end in the part, or cannot be read. */
    Optional<Beginning> beginning(byte[] head) {
        String text = new String(head, byteOrderMark, head.length - byteOrderMark, charset);
        try (CsvReader<CsvRecord> records = lenient().allowUnclosedQuote(true).ofCsvRecord(new StringReader(text))) {
            Iterator<CsvRecord> lines = records.iterator();
            return lines.hasNext()
                    ? Optional.of(new Beginning(lines.next().getFields(), lines.hasNext()))
                    : Optional.empty();
        } catch (CsvParseException | IOException e) {
            return Optional.empty();
        }
    }

    /** The records of the whole file, the header first. Bytes that are not of the charset become U+FFFD. */
    CsvReader<CsvRecord> records(InputStream file) throws IOException {
        file.skipNBytes(byteOrderMark);
        Reader text = new InputStreamReader(file, charset);
        return lenient().allowUnclosedQuote(false).ofCsvRecord(text);
    }

    /** How many fields a row has is judged row by row, not by ending the reading. */
    private CsvReader.CsvReaderBuilder lenient() {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .maxBufferSize(LONGEST_FIELD);
    }
}
