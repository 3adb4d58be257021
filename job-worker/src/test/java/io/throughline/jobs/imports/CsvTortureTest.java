package io.throughline.jobs.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * How files are read, by cases that others collected: RFC 4180, section 2 (rules by number); csv-spectrum by Max Ogden
 * (github.com/max-mapper/csv-spectrum, cases by name); the parser tests of Papa Parse (github.com/mholt/PapaParse) and of
 * FastCSV (github.com/osiegmar/FastCSV), after their descriptions.
 */
class CsvTortureTest {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    private static Arguments text(String name, String text, List<?>... rows) {
        return Arguments.of(name, text.getBytes(StandardCharsets.UTF_8), List.of(rows));
    }

    private static Stream<Arguments> rfc4180() {
        return Stream.of(
                text(
                        "1 lines end with CRLF",
                        "aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n",
                        r("aaa", "bbb", "ccc"),
                        r("zzz", "yyy", "xxx")),
                text(
                        "2 the last has no end",
                        "aaa,bbb,ccc\r\nzzz,yyy,xxx",
                        r("aaa", "bbb", "ccc"),
                        r("zzz", "yyy", "xxx")),
                text("4 spaces are part of a field", "a, b ,c\r\n", r("a", " b ", "c")),
                text(
                        "5 quotes or none",
                        "\"aaa\",\"bbb\",ccc\r\nzzz,yyy,\"xxx\"",
                        r("aaa", "bbb", "ccc"),
                        r("zzz", "yyy", "xxx")),
                text(
                        "6 line ends in quotes",
                        "\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,yyy,xxx",
                        r("aaa", "b\r\nbb", "ccc"),
                        r("zzz", "yyy", "xxx")),
                text("7 a quote is written twice", "\"aaa\",\"b\"\"bb\",\"ccc\"", r("aaa", "b\"bb", "ccc")));
    }

    private static Stream<Arguments> csvSpectrum() {
        return Stream.of(
                text(
                        "comma_in_quotes",
                        "first,city\nJohn,\"Anytown, WW\"\n",
                        r("first", "city"),
                        r("John", "Anytown, WW")),
                text("empty", "a,b,c\n1,\"\",\"\"\n2,3,4\n", r("a", "b", "c"), r("1", "", ""), r("2", "3", "4")),
                text(
                        "empty_crlf",
                        "a,b,c\r\n1,\"\",\"\"\r\n2,3,4\r\n",
                        r("a", "b", "c"),
                        r("1", "", ""),
                        r("2", "3", "4")),
                text(
                        "escaped_quotes",
                        "a,b\n1,\"ha \"\"ha\"\" ha\"\n3,4\n",
                        r("a", "b"),
                        r("1", "ha \"ha\" ha"),
                        r("3", "4")),
                text(
                        "json",
                        "key,val\n1,\"{\"\"type\"\": \"\"Point\"\", \"\"at\"\": [1.5, 2]}\"\n",
                        r("key", "val"),
                        r("1", "{\"type\": \"Point\", \"at\": [1.5, 2]}")),
                text(
                        "location_coordinates",
                        "phone,at,city\n020,37°36'37.8\"N 121°2'17.9\"W,Modesto\n",
                        r("phone", "at", "city"),
                        r("020", "37°36'37.8\"N 121°2'17.9\"W", "Modesto")),
                text("newlines", "a,b\n\"Once upon \na time\",5\n", r("a", "b"), r("Once upon \na time", "5")),
                text(
                        "newlines_crlf",
                        "a,b\r\n\"Once upon \r\na time\",5\r\n",
                        r("a", "b"),
                        r("Once upon \r\na time", "5")),
                text("newlines_cr", "a,b\r\"Once upon \ra time\",5\r", r("a", "b"), r("Once upon \ra time", "5")),
                text("null", "a,b\n1,null\n", r("a", "b"), r("1", "null")),
                text(
                        "quotes_and_newlines",
                        "a,b\n1,\"ha \n\"\"ha\"\" \nha\"\n",
                        r("a", "b"),
                        r("1", "ha \n\"ha\" \nha")),
                text("simple", "a,b,c\n1,2,3\n", r("a", "b", "c"), r("1", "2", "3")),
                text("simple_crlf", "a,b,c\r\n1,2,3\r\n", r("a", "b", "c"), r("1", "2", "3")),
                text("utf8", "a,b\n1,ʤ\n漢字,😀\n", r("a", "b"), r("1", "ʤ"), r("漢字", "😀")),
                Arguments.of(
                        "latin1",
                        "a,b,c\n1,2,3\n4,5,©\n".getBytes(StandardCharsets.ISO_8859_1),
                        List.of(r("a", "b", "c"), r("1", "2", "3"), r("4", "5", "©"))));
    }

    private static Stream<Arguments> parsers() {
        return Stream.of(
                text("Papa Parse: two rows, just CR", "A,b,c\rd,E,f", r("A", "b", "c"), r("d", "E", "f")),
                text("Papa Parse: quoted field with CRLF", "A,\"B\r\nB\",C", r("A", "B\r\nB", "C")),
                text("Papa Parse: quoted field with delimiter", "A,\"B,B\",C", r("A", "B,B", "C")),
                text("Papa Parse: unquoted field with a quote in it", "A,B\" B,C", r("A", "B\" B", "C")),
                text("Papa Parse: quoted field with whitespace around quotes", "A, \"B, B\" ,C", r("A", "B, B", "C")),
                text("Papa Parse: quoted field has only a quote", "A,\"\"\"\",C", r("A", "\"", "C")),
                text("Papa Parse: empty quoted field at the end", "A,B,\"\"", r("A", "B", "")),
                text("Papa Parse: tab delimiter", "a\tb,c\td\n1\t2\t3", r("a", "b,c", "d"), r("1", "2", "3")),
                text("Papa Parse: pipe delimiter", "a|b|c\nd|e|f", r("a", "b", "c"), r("d", "e", "f")),
                text(
                        "Papa Parse: single quote as quote character",
                        "'a','b, b'\n'1','it''s'",
                        r("a", "b, b"),
                        r("1", "it's")),
                text("FastCSV: empty lines are skipped", "\n\na,b\r\n\r\n1,2\n\n", r("a", "b"), r("1", "2")),
                text("FastCSV: fewer and more fields", "a,b\n1\n1,2,3\n", r("a", "b"), r("1"), r("1", "2", "3")),
                text("FastCSV: only delimiters", "a,b,c\n,,\n", r("a", "b", "c"), r("", "", "")),
                text(
                        "a name with an apostrophe is no quote",
                        "'email,name\nx,O'Brien\n",
                        r("'email", "name"),
                        r("x", "O'Brien")),
                text("a delimiter in a quoted header", "\"a;b;c;d\",e\n1,2\n", r("a;b;c;d", "e"), r("1", "2")),
                text("mixed line ends", "a,b\r1,2\n3,4\r\n5,6", r("a", "b"), r("1", "2"), r("3", "4"), r("5", "6")));
    }

    private static Stream<Arguments> encodings() {
        String text = "name;city\nZoë;Köln\n";
        List<List<String>> rows = List.of(r("name", "city"), r("Zoë", "Köln"));
        return Stream.of(
                Arguments.of("UTF-8", text.getBytes(StandardCharsets.UTF_8), rows),
                Arguments.of("UTF-8 with mark", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_8), rows),
                Arguments.of("UTF-16LE with mark", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16LE), rows),
                Arguments.of("UTF-16BE with mark", ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16BE), rows),
                Arguments.of("UTF-16LE", text.getBytes(StandardCharsets.UTF_16LE), rows),
                Arguments.of("UTF-16BE", text.getBytes(StandardCharsets.UTF_16BE), rows),
                Arguments.of(
                        "Windows-1252",
                        "name;city\nZoë;5 € “x”\n".getBytes(WINDOWS_1252),
                        List.of(r("name", "city"), r("Zoë", "5 € “x”"))));
    }

    private static List<String> r(String... fields) {
        return List.of(fields);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"rfc4180", "csvSpectrum", "parsers", "encodings"})
    void readsWhatWasMeant(String name, byte[] file, List<List<String>> rows) throws IOException {
        assertThat(read(file)).isEqualTo(rows);
    }

    /** A megabyte of ASCII says nothing of what comes then, and a character may lie across two parts. */
    @Test
    void tellsTheEncodingFromAllBytes() {
        byte[] ascii = "a,b\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        assertThat(charset(ascii, "Zoë\n".getBytes(WINDOWS_1252))).isEqualTo(WINDOWS_1252);
        assertThat(charset(ascii, "Zoë\n".getBytes(StandardCharsets.UTF_8))).isEqualTo(StandardCharsets.UTF_8);
        assertThat(charset(ascii, new byte[] {(byte) 0xC3}, new byte[] {(byte) 0xAB}))
                .isEqualTo(StandardCharsets.UTF_8);
        assertThat(charset(ascii, new byte[] {(byte) 0xC3})).isEqualTo(WINDOWS_1252);
    }

    @Test
    void endsAtAQuoteThatIsNotClosed() {
        assertThatThrownBy(() -> read("a,b\n1,\"2\n3,4\n".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(CsvParseException.class);
    }

    private static Charset charset(byte[]... parts) {
        Encoding encoding = new Encoding();
        for (byte[] part : parts) {
            encoding.take(part);
        }
        return encoding.charset(false);
    }

    private static List<List<String>> read(byte[] file) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (CsvReader<CsvRecord> records =
                FileFormat.of(file, charset(file)).records(new ByteArrayInputStream(file))) {
            records.forEach(record -> rows.add(record.getFields()));
        }
        return rows;
    }
}
