package io.throughline.local.stack;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Properties;

/** Passwords and the first key: made once per data directory, readable by their owner only. */
public final class Secrets {

    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    /** 43 characters of base 62 carry 256 bits. */
    private static final int LENGTH = 43;

    private static final String FILE = "secrets.properties";

    private final Properties values = new Properties();

    private Secrets() {}

    public static Secrets of(DataDirectory data) {
        Secrets secrets = new Secrets();
        Path file = data.path().resolve(FILE);
        boolean complete = false;
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                secrets.values.load(reader);
                complete = true;
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        if (!complete) {
            secrets.make();
            data.writePrivate(FILE, secrets.asText());
        }
        return secrets;
    }

    public String adminKey() {
        return values.getProperty("admin-key");
    }

    public String password(Service service) {
        return values.getProperty("password." + service.schema());
    }

    private void make() {
        SecureRandom random = new SecureRandom();
        values.setProperty("admin-key", "tlk_" + text(random));
        for (Service service : Service.values()) {
            values.setProperty("password." + service.schema(), text(random));
        }
    }

    private static String text(SecureRandom random) {
        StringBuilder text = new StringBuilder(LENGTH);
        random.ints(LENGTH, 0, BASE62.length()).forEach(index -> text.append(BASE62.charAt(index)));
        return text.toString();
    }

    private String asText() {
        StringWriter text = new StringWriter();
        try {
            values.store(text, null);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }
}
