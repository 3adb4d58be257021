package io.throughline.jobs.imports;

import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.UUID;

/** The bytes of files, in parts of a megabyte: one statement to write or read each, so a file of any size needs little memory. */
@Singleton
class ImportFiles {

    static final int PART_BYTES = 1 << 20;

    private final Sql sql;

    ImportFiles(Sql sql) {
        this.sql = sql;
    }

    /**
     * A file as stored.
     *
     * @param head its first part, from which the rest of its format is told
     * @param lines ends of lines in it, and one
     */
    record Stored(byte[] head, long bytes, long lines, Charset charset) {

        boolean isWholeInHead() {
            return bytes == head.length;
        }
    }

    /** Reads to the end. Each part is committed by itself. */
    Stored store(UUID importId, UUID tenantId, InputStream body, long limit) {
        byte[] head = {};
        long bytes = 0;
        LineEnds lines = new LineEnds();
        Encoding encoding = new Encoding();
        int number = 0;
        byte[] part = read(body);
        while (part.length > 0) {
            bytes += part.length;
            if (bytes > limit) {
                throw new Problem(
                        CommonErrors.TOO_LARGE, "The file has more than " + limit + " bytes; send it in several.");
            }
            head = number == 0 ? part : head;
            lines.take(part);
            encoding.take(part);
            sql.update(
                    "INSERT INTO import_part (import_id, number, tenant_id, data) VALUES (?, ?, ?, ?)",
                    importId,
                    number++,
                    tenantId,
                    part);
            part = part.length < PART_BYTES ? new byte[0] : read(body);
        }
        return new Stored(head, bytes, lines.found + 1, encoding.charset(false));
    }

    private static byte[] read(InputStream body) {
        try {
            return body.readNBytes(PART_BYTES);
        } catch (IOException e) {
            throw Unpacked.brokenOff(e);
        }
    }

    /** CR, LF or both together. */
    private static final class LineEnds {

        private long found;
        private byte last;

        void take(byte[] part) {
            for (byte each : part) {
                found += each == '\r' || each == '\n' && last != '\r' ? 1 : 0;
                last = each;
            }
        }
    }

    /** The first part, or no bytes when the file is not stored any more. */
    byte[] head(UUID importId) {
        return part(importId, 0);
    }

    private byte[] part(UUID importId, int number) {
        return sql.first(
                        "SELECT data FROM import_part WHERE import_id = ? AND number = ?",
                        row -> row.bytes("data"),
                        importId,
                        number)
                .orElse(new byte[0]);
    }

    InputStream open(UUID importId) {
        return new Parts(importId);
    }

    /** One part after the other. */
    private final class Parts extends InputStream {

        private final UUID importId;
        private InputStream current = new ByteArrayInputStream(new byte[0]);
        private int next;

        Parts(UUID importId) {
            this.importId = importId;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int got = current.read(target, offset, length);
            if (got >= 0 || length == 0) {
                return got;
            }
            byte[] part = part(importId, next++);
            if (part.length == 0) {
                return -1;
            }
            current = new ByteArrayInputStream(part);
            return current.read(target, offset, length);
        }
    }

    /** What was stored for a request that was then refused. */
    void remove(UUID importId) {
        sql.update("DELETE FROM import_part WHERE import_id = ?", importId);
    }
}
