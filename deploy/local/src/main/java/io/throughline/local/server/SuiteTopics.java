package io.throughline.local.server;

import io.throughline.events.Topics;
import io.throughline.local.stack.StackFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Waits for a broker and creates the topics it lacks. */
public final class SuiteTopics {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private SuiteTopics() {}

    /** @param worthWaiting false ends the wait early, for example when the broker's process has ended */
    public static void prepare(String bootstrapServers, BooleanSupplier worthWaiting) throws InterruptedException {
        Instant deadline = Instant.now().plus(LIMIT);
        try (Admin admin = Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 100,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 5_000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 4_000))) {
            while (!created(admin)) {
                if (!worthWaiting.getAsBoolean() || Instant.now().isAfter(deadline)) {
                    throw new StackFailure(
                            "The Kafka broker at " + bootstrapServers + " does not answer.",
                            "./throughline logs kafka, or check THROUGHLINE_KAFKA_BOOTSTRAP_SERVERS if it is set");
                }
            }
        }
    }

    private static boolean created(Admin admin) throws InterruptedException {
        try {
            Set<String> present = admin.listTopics().names().get(5, TimeUnit.SECONDS);
            List<NewTopic> missing = Topics.all().stream()
                    .filter(topic -> !present.contains(topic.name()))
                    .map(topic -> new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(topic.config()))
                    .toList();
            admin.createTopics(missing).all().get(30, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException unanswered) {
            return false;
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof TopicExistsException
                    || refused.getCause() instanceof RetriableException) {
                return false;
            }
            throw new IllegalStateException("topics could not be created", refused.getCause());
        }
    }
}
