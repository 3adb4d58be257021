package io.throughline.platform.test;

import io.quarkus.arc.Arc;
import io.throughline.events.Topics;
import io.throughline.events.account.ApiKeyRecord;
import io.throughline.platform.access.ApiKeys;
import io.throughline.platform.access.KeyDirectory;
import io.throughline.platform.time.Ids;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/** API keys as campaign-service would publish them, usable when the method returns. */
public final class TestKeys {

    public record TestKey(UUID tenantId, UUID userId, UUID keyId, String apiKey) {}

    private TestKeys() {}

    /** A new tenant with a key that may read and write. */
    public static TestKey issue() {
        return issue(Ids.next(), "read", "write");
    }

    public static TestKey issue(UUID tenantId, String... scopes) {
        TestKey key = new TestKey(tenantId, Ids.next(), Ids.next(), ApiKeys.generate());
        TestEvents.publish(
                Topics.ACCOUNT_KEYS,
                key.keyId().toString(),
                ApiKeyRecord.TYPE,
                key.keyId().toString(),
                tenantId,
                new ApiKeyRecord(
                        key.keyId(),
                        tenantId,
                        key.userId(),
                        "test",
                        ApiKeys.hash(key.apiKey()),
                        List.of(scopes),
                        null));
        KeyDirectory directory = Arc.container().instance(KeyDirectory.class).get();
        Awaitility.await("the key is known")
                .atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> directory.authenticate(key.apiKey()).isPresent());
        return key;
    }
}
