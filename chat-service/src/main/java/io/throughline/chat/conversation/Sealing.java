package io.throughline.chat.conversation;

import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Texts as they are stored: {@code 0} and UTF-8, or {@code 1}, the length and name of the key, a nonce and AES-256-GCM. A
 * sealed text opens only where it was sealed for, so that rows cannot be exchanged.
 */
@Startup // a key that is none shows at start, not at the first question
@Singleton
public class Sealing {

    private static final byte PLAIN = 0;
    private static final byte SEALED = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<String, SecretKey> keys = new TreeMap<>();
    private final String current;

    Sealing(SealingSettings settings) {
        settings.keys().forEach((name, key) -> keys.put(name, key(name, key)));
        current = settings.key().filter(name -> !name.isBlank()).orElse(null);
        if (current != null && !keys.containsKey(current)) {
            throw new IllegalStateException("throughline.chat.sealing.keys has no key " + current);
        }
    }

    private static SecretKey key(String name, String encoded) {
        byte[] bytes = Base64.getDecoder().decode(encoded.strip());
        if (bytes.length != 32 || name.getBytes(StandardCharsets.UTF_8).length > 100) {
            throw new IllegalStateException("throughline.chat.sealing.keys." + name + " is not 32 bytes in Base64");
        }
        return new SecretKeySpec(bytes, "AES");
    }

    /** @param place tenant and row the text belongs to */
    public byte[] seal(String text, UUID... place) {
        byte[] plain = text.getBytes(StandardCharsets.UTF_8);
        if (current == null) {
            return ByteBuffer.allocate(1 + plain.length).put(PLAIN).put(plain).array();
        }
        byte[] name = current.getBytes(StandardCharsets.UTF_8);
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, keys.get(current), nonce, place).doFinal(plain);
            return ByteBuffer.allocate(2 + name.length + NONCE + sealed.length)
                    .put(SEALED)
                    .put((byte) name.length)
                    .put(name)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is missing", e);
        }
    }

    /** @throws IllegalStateException for a key that is not configured, or a text that was changed or moved */
    public String open(byte[] stored, UUID... place) {
        ByteBuffer bytes = ByteBuffer.wrap(stored);
        if (bytes.get() == PLAIN) {
            return new String(stored, 1, stored.length - 1, StandardCharsets.UTF_8);
        }
        byte[] name = new byte[bytes.get()];
        byte[] nonce = new byte[NONCE];
        bytes.get(name).get(nonce);
        SecretKey key = keys.get(new String(name, StandardCharsets.UTF_8));
        if (key == null) {
            throw new IllegalStateException(
                    "throughline.chat.sealing.keys lacks " + new String(name, StandardCharsets.UTF_8));
        }
        try {
            byte[] plain =
                    cipher(Cipher.DECRYPT_MODE, key, nonce, place).doFinal(stored, bytes.position(), bytes.remaining());
            return new String(plain, StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a stored text does not open with its key", e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, UUID... place) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        for (UUID part : place) {
            cipher.updateAAD(bytes(part));
        }
        return cipher;
    }

    /** Finds an address again without holding it; keyed when there is a key, so that nobody can try addresses out. */
    String digest(UUID tenant, String address) {
        return digest(tenant, address, current);
    }

    /** Under every key that a message may have been written with. */
    List<String> digests(UUID tenant, String address) {
        List<String> all = new ArrayList<>(List.of(digest(tenant, address, null)));
        keys.keySet().forEach(name -> all.add(digest(tenant, address, name)));
        return all;
    }

    private String digest(UUID tenant, String address, String key) {
        byte[] text = address.strip().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
        byte[] all = ByteBuffer.allocate(16 + text.length)
                .put(bytes(tenant))
                .put(text)
                .array();
        try {
            if (key == null) {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(all));
            }
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(keys.get(key).getEncoded(), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(all));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }
}
