package io.throughline.jobs.imports;

import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A file as it was before it was packed with gzip, told by its first two bytes (RFC 1952, 2.3.1), whatever the request says.
 * Packed people shrink to a fifth or a tenth of their size; what grows far more than that is meant to harm.
 */
final class Unpacked extends InputStream {

    /** Deflate reaches 1,032 at most; a file with the same person a million times over reaches 150. */
    private static final int LARGEST_RATIO = 200;
    /** Up to here any ratio will do. */
    private static final long HARMLESS_BYTES = 4L << 20;

    private static final int BUFFER = 8 * 1024;

    private final Counted packed;
    private final InputStream text;
    private final String pointer;
    private long unpackedBytes;

    private Unpacked(Counted packed, String pointer) throws IOException {
        this.packed = packed;
        this.pointer = pointer;
        this.text = new GZIPInputStream(packed, BUFFER);
    }

    /** @param pointer of the file in the request, for messages */
    static InputStream of(InputStream body, String pointer) {
        try {
            PushbackInputStream start = new PushbackInputStream(body, 2);
            byte[] magic = start.readNBytes(2);
            start.unread(magic);
            boolean gzip = magic.length == 2 && (magic[0] & 0xFF) == 0x1F && (magic[1] & 0xFF) == 0x8B;
            return gzip ? new Unpacked(new Counted(start), pointer) : start;
        } catch (EOFException | ZipException damaged) {
            throw damaged(pointer, damaged);
        } catch (IOException e) {
            throw brokenOff(e);
        }
    }

    static Problem brokenOff(IOException cause) {
        return new Problem(CommonErrors.MALFORMED, "The body broke off before its end.", cause);
    }

    private static Problem damaged(String pointer, IOException cause) {
        Problem problem =
                Problem.invalid(List.of(new FieldError(pointer, "is packed with gzip and damaged or cut off")));
        problem.initCause(cause);
        return problem;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read;
        try {
            read = text.read(target, offset, length);
        } catch (EOFException | ZipException e) {
            throw damaged(pointer, e);
        }
        unpackedBytes += Math.max(read, 0);
        if (unpackedBytes > HARMLESS_BYTES && unpackedBytes / LARGEST_RATIO > packed.bytes) {
            throw Problem.invalid(List.of(new FieldError(
                    pointer, "unpacks to more than " + LARGEST_RATIO + " times its size; send it unpacked")));
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        text.close();
    }

    private static final class Counted extends FilterInputStream {

        private long bytes;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int read = super.read();
            bytes += read < 0 ? 0 : 1;
            return read;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            bytes += Math.max(read, 0);
            return read;
        }
    }
}
