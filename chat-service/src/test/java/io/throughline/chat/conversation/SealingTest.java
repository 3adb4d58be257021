package io.throughline.chat.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SealingTest {

    private static final String ONE = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE=";
    private static final String TWO = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAI=";
    private static final UUID TENANT = UUID.randomUUID();
    private static final UUID MESSAGE = UUID.randomUUID();

    private record Settings(Optional<String> key, Map<String, String> keys) implements SealingSettings {}

    @Test
    void isPlainWithoutAKey() {
        Sealing plain = sealing(null, Map.of());
        byte[] stored = plain.seal("Grüße", TENANT, MESSAGE);
        assertThat(new String(stored, 1, stored.length - 1, StandardCharsets.UTF_8))
                .isEqualTo("Grüße");
        assertThat(plain.open(stored, TENANT, MESSAGE)).isEqualTo("Grüße");
    }

    @Test
    void opensOnlyWhereItWasSealed() {
        Sealing sealing = sealing("k1", Map.of("k1", ONE));
        byte[] stored = sealing.seal("secret", TENANT, MESSAGE);
        assertThat(new String(stored, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
        assertThat(sealing.open(stored, TENANT, MESSAGE)).isEqualTo("secret");
        assertThatThrownBy(() -> sealing.open(stored, UUID.randomUUID(), MESSAGE))
                .isInstanceOf(IllegalStateException.class);
        stored[stored.length - 1] ^= 1;
        assertThatThrownBy(() -> sealing.open(stored, TENANT, MESSAGE)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void opensWhatAnOlderKeySealedAndWhatWasPlain() {
        byte[] plain = sealing(null, Map.of()).seal("a", TENANT);
        byte[] older = sealing("k1", Map.of("k1", ONE)).seal("b", TENANT);
        Sealing rotated = sealing("k2", Map.of("k1", ONE, "k2", TWO));
        assertThat(rotated.open(plain, TENANT)).isEqualTo("a");
        assertThat(rotated.open(older, TENANT)).isEqualTo("b");
        assertThatThrownBy(() -> sealing("k2", Map.of("k2", TWO)).open(older, TENANT))
                .hasMessageContaining("lacks k1");
    }

    @Test
    void findsAnAddressUnderEveryKey() {
        Sealing rotated = sealing("k2", Map.of("k1", ONE, "k2", TWO));
        assertThat(rotated.digests(TENANT, " ANN@example.com"))
                .contains(
                        sealing(null, Map.of()).digest(TENANT, "ann@example.com"),
                        sealing("k1", Map.of("k1", ONE)).digest(TENANT, "ann@example.com"),
                        rotated.digest(TENANT, "ann@example.com"))
                .hasSize(3);
        assertThat(rotated.digest(UUID.randomUUID(), "ann@example.com"))
                .isNotEqualTo(rotated.digest(TENANT, "ann@example.com"));
    }

    @Test
    void refusesKeysThatAreNone() {
        assertThatThrownBy(() -> sealing("k1", Map.of("k1", "c2hvcnQ="))).hasMessageContaining("32 bytes");
        assertThatThrownBy(() -> sealing("k1", Map.of())).hasMessageContaining("no key k1");
    }

    private static Sealing sealing(String key, Map<String, String> keys) {
        return new Sealing(new Settings(Optional.ofNullable(key), keys));
    }
}
