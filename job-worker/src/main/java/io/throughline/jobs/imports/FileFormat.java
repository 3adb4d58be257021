package io.throughline.jobs.imports;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.nio.charset.Charset;
import java.util.regex.Pattern;

/**
 * How a file is written, told from its first bytes: the same bytes always give the same answer. Lines end as they end, with
 * CR, LF or both, one so and the next so.
 *
 * @param byteOrderMark bytes to pass over at the beginning
 * @param quote around fields that hold separators or line ends; twice for itself
 */
record FileFormat(Charset charset, int byteOrderMark, char separator, char quote) {

    /** A field longer than this ends the reading: an unclosed quote would otherwise take in the rest of the file. */
    static final int LONGEST_FIELD = 1 << 20;

    private static final char[] SEPARATORS = {',', ';', '\t', '|'};
    /** A first line of which every field stands in single quotes; one name with an apostrophe is none. */
    private static final Pattern SINGLE_QUOTED = Pattern.compile("'[^'\r\n]*'(?:[,;\t|]'[^'\r\n]*')*+");

    /** @param charset as {@link Encoding} found it */
    static FileFormat of(byte[] head, Charset charset) {
        int mark = Encoding.markLength(head, charset);
        String first = firstLine(new String(head, mark, head.length - mark, charset));
        char quote = SINGLE_QUOTED.matcher(first).matches() ? '\'' : '"';
        return new FileFormat(charset, mark, separator(first, quote), quote);
    }

    /** Up to the first line end outside quotes, empty lines left out. */
    private static String firstLine(String text) {
        int from = 0;
        while (from < text.length() && (text.charAt(from) == '\n' || text.charAt(from) == '\r')) {
            from++;
        }
        boolean quoted = false;
        for (int i = from; i < text.length(); i++) {
            char each = text.charAt(i);
            if (each == '"') {
                quoted = !quoted;
            } else if (!quoted && (each == '\n' || each == '\r')) {
                return text.substring(from, i);
            }
        }
        return text.substring(from);
    }

    /** The one that cuts the header into most fields, outside quotes. */
    private static char separator(String header, char quote) {
        int[] counts = new int[SEPARATORS.length];
        boolean quoted = false;
        for (int i = 0; i < header.length(); i++) {
            char each = header.charAt(i);
            if (each == quote) {
                quoted = !quoted;
            }
            for (int s = 0; s < SEPARATORS.length && !quoted; s++) {
                counts[s] += each == SEPARATORS[s] ? 1 : 0;
            }
        }
        int best = 0;
        for (int s = 1; s < SEPARATORS.length; s++) {
            best = counts[s] > counts[best] ? s : best;
        }
        return SEPARATORS[best];
    }

    String decoded(byte[] head) {
        return new String(head, byteOrderMark, head.length - byteOrderMark, charset);
    }

    /** @param whole false: a quote may be closed after the text's end */
    CsvReader<CsvRecord> beginning(String text, boolean whole) {
        return lenient().allowUnclosedQuote(!whole).ofCsvRecord(new StringReader(text));
    }

    /** The records of the whole file, the header first. Bytes that are not of the charset become U+FFFD. */
    CsvReader<CsvRecord> records(InputStream file) throws IOException {
        file.skipNBytes(byteOrderMark);
        return lenient().allowUnclosedQuote(false).ofCsvRecord(new InputStreamReader(file, charset));
    }

    /** How many fields a row has is judged row by row, not by ending the reading. */
    private CsvReader.CsvReaderBuilder lenient() {
        return CsvReader.builder()
                .fieldSeparator(separator)
                .quoteCharacter(quote)
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .trimWhitespacesAroundQuotes(true)
                .maxBufferSize(LONGEST_FIELD);
    }

    /** What is wrong, in words that help who wrote the file. */
    static String reason(Throwable failure) {
        String given = failure.getMessage();
        return failure instanceof CsvParseException && failure.getCause() != null
                ? given + " (" + failure.getCause().getMessage() + ")"
                : given;
    }
}
