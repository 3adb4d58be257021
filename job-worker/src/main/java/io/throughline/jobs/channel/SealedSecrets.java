package io.throughline.jobs.channel;

import io.quarkus.runtime.Startup;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Secrets as they are stored: a nonce and AES-256-GCM, bound to the endpoint. The first key seals, each of them opens. */
@Startup // a key that is none shows at start, not with the first message
@Singleton
class SealedSecrets {

    private static final int KEY = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<SecretKey> keys;

    SealedSecrets(ChannelSettings settings) {
        this.keys = settings.keys().orElse(List.of()).stream()
                .map(SealedSecrets::key)
                .toList();
    }

    private static SecretKey key(String base64) {
        byte[] bytes = Base64.getDecoder().decode(base64.strip());
        if (bytes.length != KEY) {
            throw new IllegalArgumentException("throughline.channels.keys are " + KEY + " bytes each in Base64");
        }
        return new SecretKeySpec(bytes, "AES");
    }

    byte[] seal(WebhookSecret secret, UUID tenantId, String channel) {
        if (keys.isEmpty()) {
            throw new Problem(CommonErrors.UNAVAILABLE, "throughline.channels.keys is not set.");
        }
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), nonce, tenantId, channel)
                    .doFinal(secret.key());
            return ByteBuffer.allocate(NONCE + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is missing", e);
        }
    }

    /** @throws IllegalStateException when none of the keys opens it, or it was sealed for another endpoint */
    WebhookSecret open(byte[] stored, UUID tenantId, String channel) {
        byte[] nonce = new byte[NONCE];
        ByteBuffer.wrap(stored).get(nonce);
        for (SecretKey key : keys) {
            try {
                return new WebhookSecret(cipher(Cipher.DECRYPT_MODE, key, nonce, tenantId, channel)
                        .doFinal(stored, NONCE, stored.length - NONCE));
            } catch (AEADBadTagException e) {
                continue; // another key's
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES-GCM is missing", e);
            }
        }
        throw new IllegalStateException("no key of throughline.channels.keys opens the secret of a channel");
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, UUID tenantId, String channel)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((tenantId + "/" + channel).getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
