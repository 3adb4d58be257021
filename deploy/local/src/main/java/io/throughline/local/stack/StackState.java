package io.throughline.local.stack;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;

/**
 * What {@code state.json} holds: where everything listens and which processes are ours.
 *
 * @param failure why the last start or a service failed; null when nothing did
 * @param processes every child that must not outlive the supervisor, in the order it is to be ended
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record StackState(
        Phase phase,
        String failure,
        RecordedProcess supervisor,
        Gateway gateway,
        String apiKey,
        String tenant,
        Map<String, ServiceState> services,
        Postgres postgres,
        Kafka kafka,
        Redis redis,
        Smtp smtp,
        List<RecordedProcess> processes) {

    public enum Phase {
        STARTING,
        READY,
        STOPPING,
        STOPPED,
        FAILED
    }

    public record Gateway(String url, int port, long pid) {}

    /** @param note why it is not running, for people; null when it is */
    public record ServiceState(long pid, int port, boolean ready, String note) {}

    public record Postgres(String jdbcUrl) {}

    public record Kafka(String bootstrapServers) {}

    public record Redis(String url) {}

    /** @param embedded whether it is our sink, which shows its mails at the gateway */
    public record Smtp(String host, int port, boolean embedded) {}

    @JsonIgnore
    public boolean isRunning() {
        return supervisor != null && supervisor.running().isPresent();
    }
}
