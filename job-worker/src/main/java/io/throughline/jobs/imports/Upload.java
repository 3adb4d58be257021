package io.throughline.jobs.imports;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * A file of contacts as a request brings it, in whichever of the three ways.
 *
 * @param body unpacked
 * @param fieldMapping from column to field; null: by well-known header names
 * @param pointer of the file in the request, for messages
 */
record Upload(InputStream body, Map<String, String> fieldMapping, boolean deduplicate, String pointer)
        implements AutoCloseable {

    Upload {
        body = Unpacked.of(body, pointer);
        fieldMapping = fieldMapping == null || fieldMapping.isEmpty() ? null : fieldMapping;
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
