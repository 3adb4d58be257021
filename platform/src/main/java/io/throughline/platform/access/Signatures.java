package io.throughline.platform.access;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
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

    /** RFC 2104, section 5: half of the hash is enough. */
    private static final int TOKEN_SIGNATURE = 16;

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

    /** The content and its signature as text that may stand in a URL. */
    public String token(byte[] content) {
        byte[] signed = Arrays.copyOf(content, content.length + TOKEN_SIGNATURE);
        System.arraycopy(sign(content), 0, signed, content.length, TOKEN_SIGNATURE);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
    }

    /** What {@link #token} was made of; empty when it was not made with one of the keys. */
    public Optional<byte[]> content(String token) {
        byte[] signed;
        try {
            signed = Base64.getUrlDecoder().decode(token);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (signed.length < TOKEN_SIGNATURE) {
            return Optional.empty();
        }
        int length = signed.length - TOKEN_SIGNATURE;
        byte[] content = Arrays.copyOf(signed, length);
        byte[] signature = Arrays.copyOfRange(signed, length, signed.length);
        return keys.stream()
                        .anyMatch(key ->
                                MessageDigest.isEqual(Arrays.copyOf(sign(key, content), TOKEN_SIGNATURE), signature))
                ? Optional.of(content)
                : Optional.empty();
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
