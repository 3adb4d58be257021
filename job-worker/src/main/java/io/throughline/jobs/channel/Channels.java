package io.throughline.jobs.channel;

import io.throughline.jobs.channel.ChannelStore.Stored;
import io.throughline.jobs.outside.Answer;
import io.throughline.jobs.outside.Endpoints;
import io.throughline.jobs.outside.Post;
import io.throughline.jobs.outside.Provider;
import io.throughline.platform.events.Json;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** The tenants' endpoints, for who has something to send. */
@Singleton
public class Channels {

    private final ChannelStore store;
    private final SealedSecrets secrets;
    private final Endpoints endpoints;
    private final Json json;
    private final Clock clock;

    Channels(ChannelStore store, SealedSecrets secrets, Endpoints endpoints, Json json, Clock clock) {
        this.store = store;
        this.secrets = secrets;
        this.endpoints = endpoints;
        this.json = json;
        this.clock = clock;
    }

    public boolean has(UUID tenantId, String channel) {
        return store.find(tenantId, channel).isPresent();
    }

    /** An endpoint as it was when it was asked for. */
    public final class Channel {

        private final Stored stored;
        private final List<WebhookSecret> signing = new ArrayList<>();

        private Channel(Stored stored) {
            this.stored = stored;
            signing.add(secrets.open(stored.secret(), stored.tenantId(), stored.channel()));
            if (stored.previousUntil() != null && clock.instant().isBefore(stored.previousUntil())) {
                signing.add(secrets.open(stored.previousSecret(), stored.tenantId(), stored.channel()));
            }
        }

        /**
         * One attempt. Whoever gets it knows a repetition by the id.
         *
         * @throws io.throughline.jobs.outside.OutsideFailure when it was not taken, or nobody knows
         */
        public Answer send(String id, String type, Object data, Provider.Pause pause) throws InterruptedException {
            Instant now = clock.instant();
            byte[] body = json.bytes(new Event(type, now, data));
            String signatures = signing.stream()
                    .map(secret -> secret.signature(id, now.getEpochSecond(), body))
                    .collect(Collectors.joining(" "));
            Map<String, String> headers = Map.of(
                    "Content-Type",
                    "application/json",
                    "webhook-id",
                    id,
                    "webhook-timestamp",
                    Long.toString(now.getEpochSecond()),
                    "webhook-signature",
                    signatures);
            return endpoints.send(key(), new Post(stored.url(), headers, body), pause);
        }

        /** Another address is another endpoint: its circuit is closed. */
        private String key() {
            return stored.tenantId() + ":" + stored.channel() + ":"
                    + Integer.toHexString(stored.url().hashCode());
        }
    }

    /** The form that Standard Webhooks propose for bodies. */
    private record Event(String type, Instant timestamp, Object data) {}

    /** Empty: the tenant has not said where the channel goes. */
    public Optional<Channel> of(UUID tenantId, String channel) {
        return store.find(tenantId, channel).map(Channel::new);
    }
}
