package io.throughline.local.mail;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Mails in one file, a JSON line each. Memory holds 12 bytes per mail, its offset and a hash of its recipient, so a
 * million mails take 12 MB here.
 */
public final class MailStore implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final FileChannel file;
    private long[] offsets = new long[1_024];
    private int[] recipients = new int[1_024];
    private int count;
    private long end;

    private MailStore(FileChannel file) {
        this.file = file;
    }

    public static MailStore open(Path directory) throws IOException {
        Path path = Files.createDirectories(directory).resolve("mails.jsonl");
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        MailStore store = new MailStore(file);
        store.readIndex(path);
        return store;
    }

    /** A line without its end, left by a crash, is cut off. */
    private void readIndex(Path path) throws IOException {
        try (InputStream lines = new BufferedInputStream(Files.newInputStream(path), 1 << 20)) {
            var line = new java.io.ByteArrayOutputStream();
            for (int next = lines.read(); next >= 0; next = lines.read()) {
                if (next == '\n') {
                    index(
                            JSON.readValue(line.toByteArray(), StoredMail.Envelope.class)
                                    .to(),
                            line.size() + 1);
                    line.reset();
                } else {
                    line.write(next);
                }
            }
        }
        file.truncate(end);
    }

    public synchronized void add(String from, String to, byte[] message) throws IOException {
        String raw = new String(message, StandardCharsets.ISO_8859_1);
        byte[] json = JSON.writeValueAsBytes(new StoredMail.Envelope(
                to, from == null ? "" : from, Instant.now().toString(), raw));
        byte[] line = Arrays.copyOf(json, json.length + 1);
        line[json.length] = '\n';
        ByteBuffer buffer = ByteBuffer.wrap(line);
        long position = end;
        while (buffer.hasRemaining()) {
            position += file.write(buffer, position);
        }
        index(to, line.length);
    }

    private void index(String to, int length) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, count * 2);
            recipients = Arrays.copyOf(recipients, count * 2);
        }
        offsets[count] = end;
        recipients[count] = hash(to);
        count++;
        end += length;
    }

    public synchronized int count() {
        return count;
    }

    /** Newest first. @param to null for every recipient */
    public synchronized List<StoredMail> newest(String to, int limit) throws IOException {
        List<StoredMail> found = new ArrayList<>();
        for (int index = count - 1; index >= 0 && found.size() < limit; index--) {
            if (to == null || recipients[index] == hash(to)) {
                StoredMail.Envelope envelope = read(index);
                if (to == null || envelope.to().equalsIgnoreCase(to)) {
                    found.add(StoredMail.read(envelope));
                }
            }
        }
        return found;
    }

    private StoredMail.Envelope read(int index) throws IOException {
        long next = index + 1 < count ? offsets[index + 1] : end;
        ByteBuffer buffer = ByteBuffer.allocate((int) (next - offsets[index]));
        long position = offsets[index];
        while (buffer.hasRemaining()) {
            position += file.read(buffer, position);
        }
        return JSON.readValue(buffer.array(), StoredMail.Envelope.class);
    }

    private static int hash(String address) {
        return address.toLowerCase(Locale.ROOT).hashCode();
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }
}
