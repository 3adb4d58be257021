package io.throughline.jobs.imports;

import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;

/**
 * What an import would make of a file, told from its first megabyte; nothing is stored.
 *
 * @param columns the header
 * @param fieldMapping as given, or guessed from well-known header names: what an import would use
 * @param rows the first twenty, field by field
 * @param problems for which an import would be refused
 */
record Preview(
        String encoding,
        String delimiter,
        String quote,
        String lineEnd,
        List<String> columns,
        Map<String, String> fieldMapping,
        List<List<String>> rows,
        List<FieldError> problems) {

    static Preview of(Upload upload) {
        byte[] head;
        boolean whole;
        try {
            head = upload.body().readNBytes(ImportFiles.PART_BYTES);
            whole = head.length < ImportFiles.PART_BYTES || upload.body().read() < 0;
        } catch (IOException e) {
            throw Unpacked.brokenOff(e);
        }
        Encoding encoding = new Encoding();
        encoding.take(head);
        Charset charset = encoding.charset(!whole);
        FileHead seen = FileHead.of(head, whole, charset, upload.pointer());
        FileFormat format = seen.format();
        Map<String, String> mapping =
                upload.fieldMapping() == null ? Columns.guess(seen.header()) : upload.fieldMapping();
        return new Preview(
                charset.name(),
                String.valueOf(format.separator()),
                String.valueOf(format.quote()),
                lineEnd(format.decoded(head)),
                seen.header(),
                mapping,
                seen.rows(),
                problems(seen.header(), mapping));
    }

    /** The first one. Null: the file has one line. */
    private static String lineEnd(String text) {
        int feed = text.indexOf('\n');
        int carriage = text.indexOf('\r');
        if (carriage >= 0 && (feed < 0 || carriage < feed)) {
            return feed == carriage + 1 ? "CRLF" : "CR";
        }
        return feed < 0 ? null : "LF";
    }

    private static List<FieldError> problems(List<String> header, Map<String, String> mapping) {
        try {
            Columns.of(header, mapping);
            return List.of();
        } catch (Problem refused) {
            return List.copyOf(refused.errors());
        }
    }
}
