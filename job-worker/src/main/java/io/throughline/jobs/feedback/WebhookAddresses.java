package io.throughline.jobs.feedback;

import io.throughline.platform.access.Signatures;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Addresses that nobody can guess, made of the tenant and a signature: none is stored. */
@Singleton
class WebhookAddresses {

    static final UUID ALL_TENANTS = new UUID(0, 0);

    /** Told apart from the tokens in mails, which are signed with the same keys and begin with their version. */
    private static final byte KIND = 0x77;

    private static final int BYTES = 17;

    private final Optional<String> base;
    private final Optional<Signatures> signatures;

    WebhookAddresses(
            @ConfigProperty(name = "throughline.public-url") Optional<String> base,
            @ConfigProperty(name = "throughline.tracking.keys") Optional<List<String>> keys) {
        this.base = base.filter(url -> !url.isBlank()).map(url -> url.strip().replaceAll("/+$", ""));
        this.signatures = keys.map(Signatures::new);
    }

    Map<String, String> of(UUID tenant, Collection<String> sources) {
        if (base.isEmpty() || signatures.isEmpty()) {
            throw new Problem(
                    CommonErrors.UNAVAILABLE, "throughline.public-url and throughline.tracking.keys are not set.");
        }
        Map<String, String> addresses = new TreeMap<>();
        sources.forEach(source ->
                addresses.put(source, base.get() + "/api/webhooks/" + source + "/" + token(signatures.get(), tenant)));
        return addresses;
    }

    private static String token(Signatures keys, UUID tenant) {
        return keys.token(ByteBuffer.allocate(BYTES)
                .put(KIND)
                .putLong(tenant.getMostSignificantBits())
                .putLong(tenant.getLeastSignificantBits())
                .array());
    }

    Optional<UUID> tenant(String token) {
        return signatures
                .flatMap(keys -> keys.content(token))
                .filter(content -> content.length == BYTES && content[0] == KIND)
                .map(content -> new UUID(
                        ByteBuffer.wrap(content).getLong(1),
                        ByteBuffer.wrap(content).getLong(9)));
    }
}
