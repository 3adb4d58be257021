package io.throughline.local.stack;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/** Passwords and the first key: made once per data directory, readable by their owner only. */
public final class Secrets {

    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    /** 43 characters of base 62 carry 256 bits. */
    private static final int LENGTH = 43;

    private static final String FILE = "secrets.properties";

    private static final int KEY_BYTES = 32;
    private static final String SUPPRESSION_KEY = "suppression-key";
    private static final String TRACKING_KEY = "tracking-key";
    private static final String CHANNEL_KEY = "channel-key";

    private final Properties values = new Properties();

    private Secrets() {}

    public static Secrets of(DataDirectory data) {
        Secrets secrets = new Secrets();
        Path file = data.path().resolve(FILE);
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                secrets.values.load(reader);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        if (secrets.complete()) {
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

    /** Hashes addresses; must stay the same for ever. */
    public String suppressionKey() {
        return values.getProperty(SUPPRESSION_KEY);
    }

    /** Signs the links in mails. */
    public String trackingKey() {
        return values.getProperty(TRACKING_KEY);
    }

    /** Seals the secrets by which endpoints of channels know us. */
    public String channelKey() {
        return values.getProperty(CHANNEL_KEY);
    }

    /** What a directory of an earlier version lacks is made, too. Whether anything was. */
    private boolean complete() {
        SecureRandom random = new SecureRandom();
        int before = values.size();
        values.computeIfAbsent("admin-key", name -> "tlk_" + text(random));
        for (Service service : Service.values()) {
            values.computeIfAbsent("password." + service.schema(), name -> text(random));
        }
        values.computeIfAbsent(SUPPRESSION_KEY, name -> key(random));
        values.computeIfAbsent(TRACKING_KEY, name -> key(random));
        values.computeIfAbsent(CHANNEL_KEY, name -> key(random));
        return values.size() > before;
    }

    private static String key(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
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
