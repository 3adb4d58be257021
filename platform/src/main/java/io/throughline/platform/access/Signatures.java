package io.throughline.platform.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * HMAC-SHA-256 with keys that can be changed: the first one signs, each of them is accepted. So a new key is put in front,
 * and an old one is taken away when nothing that it has signed is about any more.
 */
public final class Signatures {

    private static final String ALGORITHM = "HmacSHA256";
    /** RFC 2104, section 3: a key shorter than the hash weakens it. */
    private static final int SHORTEST_KEY = 32;

    private final List<SecretKeySpec> keys;

    /**
     * @param base64Keys at least one, each of 32 bytes or more
     * @throws IllegalArgumentException when one of them is none
     */
    public Signatures(List<String> base64Keys) {
        if (base64Keys.isEmpty()) {
            throw new IllegalArgumentException("a key to sign with is needed");
        }
        keys = base64Keys.stream().map(Signatures::key).toList();
    }

    private static SecretKeySpec key(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64.strip());
        if (bytes.length < SHORTEST_KEY) {
            throw new IllegalArgumentException("a key to sign with has " + SHORTEST_KEY + " bytes at least");
        }
        return new SecretKeySpec(bytes, ALGORITHM);
    }

    /** 32 bytes. */
    public byte[] sign(byte[] content) {
        return sign(keys.getFirst(), content);
    }

    /** @param signature may be a beginning of one; how short it may be is the caller's matter */
    public boolean signed(byte[] content, byte[] signature) {
        return keys.stream()
                .anyMatch(key -> MessageDigest.isEqual(
                        java.util.Arrays.copyOf(sign(key, content), signature.length), signature));
    }

    private static byte[] sign(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM knows " + ALGORITHM, e);
        }
    }
}
