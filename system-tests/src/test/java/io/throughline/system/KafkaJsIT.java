package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A system written in another language, with another Kafka client, by {@code docs/events.md} alone. */
@ExtendWith(SharedSuite.class)
class KafkaJsIT {

    private static final int ENROLLMENTS = 500;

    private static NodeProgram program;

    @TempDir
    Path directory;

    /** Before the suite, which nobody needs when there is no program to run. */
    @BeforeAll
    static void installProgram() throws Exception {
        program = NodeProgram.installed();
    }

    @Test
    void countsWhatANodeProgramPublishes(SharedSuite.Stage stage) throws Exception {
        long seed = new Random().nextLong();
        System.out.println("KafkaJsIT seed " + seed);
        Random random = new Random(seed);
        Journey journey = new Journey(stage.client(), Recipients.read(directory));
        journey.makeInstance();
        Engagement engagement =
                Engagement.of(madeUpEnrollments(random), Clock.systemUTC().instant(), random);

        List<Message> messages = inBothModes(engagement, random);
        assertThat(messages.stream().map(Message::structured)).contains(true, false);
        Path file = directory.resolve("events.json");
        Client.JSON.writeValue(file.toFile(), messages);
        String said = program.run(
                "publish.mjs", stage.suite().bootstrapServers(), stage.tenant(), journey.instance(), file.toString());
        assertThat(said).contains("published " + messages.size());

        Journey.patiently("the report is exact, seed " + seed)
                .untilAsserted(() -> assertThat(countsByType(journey.report())).isEqualTo(engagement.byType()));
    }

    /** As the program reads it. */
    record Message(String id, String enrollmentId, String type, int step, String occurredAt, boolean structured) {
        static Message of(Engagement.Event event, boolean structured) {
            return new Message(
                    event.id(),
                    event.enrollmentId(),
                    event.type(),
                    event.step(),
                    event.occurredAt().toString(),
                    structured);
        }
    }

    /** Duplicates included: one that comes again may come in the other mode and is still the same event. */
    private static List<Message> inBothModes(Engagement engagement, Random random) {
        List<Message> messages = new ArrayList<>();
        engagement.published().forEach(event -> messages.add(Message.of(event, random.nextBoolean())));
        return messages;
    }

    private static List<String> madeUpEnrollments(Random random) {
        return Stream.generate(() -> new UUID(random.nextLong(), random.nextLong()).toString())
                .limit(ENROLLMENTS)
                .toList();
    }

    private static Map<String, Engagement.Counts> countsByType(JsonNode report) {
        Map<String, Engagement.Counts> counts = new HashMap<>();
        report.path("events")
                .forEach(each -> counts.put(
                        each.path("eventType").asText(),
                        new Engagement.Counts(
                                each.path("total").asLong(), each.path("unique").asLong())));
        return counts;
    }
}
