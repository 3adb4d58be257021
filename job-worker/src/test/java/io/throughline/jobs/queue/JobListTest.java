package io.throughline.jobs.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.platform.events.Json;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.time.Ids;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class JobListTest {

    @Inject
    JobList list;

    @Inject
    JobSelection selection;

    @Inject
    Sql sql;

    @Inject
    Json json;

    private final UUID tenant = Ids.next();
    private int made;

    /** What a job of a test has in it; each one made is newer than those before. */
    private record Words(
            String type, String key, String errorCode, String errorMessage, Map<String, Object> parameters) {

        static Words in(Map<String, Object> parameters) {
            return new Words("words", null, null, null, parameters);
        }

        /** As a reader would: in any of the texts, names and values, or in the JSON of the parameters, whatever the case. */
        boolean contain(String text, Json json) {
            List<String> all =
                    new ArrayList<>(Arrays.asList(type, key, errorCode, errorMessage, json.text(parameters)));
            parameters.forEach((name, value) -> all.addAll(List.of(name, value.toString())));
            return all.stream()
                    .anyMatch(word ->
                            word != null && word.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT)));
        }
    }

    private UUID make(Words words) {
        UUID id = Ids.next();
        sql.update(
                """
                INSERT INTO job (id, tenant_id, user_id, type, priority, status, run_at, completed_at, created_at, unique_key,
                                 error_code, error_message, parameters)
                VALUES (?, ?, ?, ?, 1, 'failed', now(), now(), '2026-01-01T00:00:00Z'::timestamptz + ? * interval '1 second',
                        ?, ?, ?, ?::jsonb)
                """,
                id,
                tenant,
                tenant,
                words.type(),
                made++,
                words.key(),
                words.errorCode(),
                words.errorMessage(),
                json.text(words.parameters()));
        return id;
    }

    /** Newest first behind those made one by one, which are newer. */
    private void makeMany(int count) {
        sql.update("""
                INSERT INTO job (id, tenant_id, user_id, type, priority, status, run_at, completed_at, created_at)
                SELECT uuidv7(), ?, ?, 'many', 1, CASE WHEN n % 2 = 0 THEN 'completed' ELSE 'cancelled' END, now(), now(),
                       '2025-01-01T00:00:00Z'::timestamptz + n * interval '1 second'
                FROM generate_series(1, ?) AS n
                """, tenant, tenant, count);
    }

    private static JobFilter text(String text) {
        return new JobFilter(null, null, null, null, text);
    }

    /** Every page, as a client follows them. */
    private List<UUID> all(JobFilter filter, int limit) {
        List<UUID> seen = new ArrayList<>();
        JobList.Slice slice = list.page(tenant, filter, null, null, limit);
        for (int pages = 1; ; pages++) {
            assertThat(slice.jobs()).hasSizeLessThanOrEqualTo(limit);
            slice.jobs().stream().map(JobView::jobId).forEach(seen::add);
            if (slice.nextId() == null) {
                return seen;
            }
            assertThat(pages).as("pages").isLessThan(1000);
            slice = list.page(tenant, filter, slice.nextTime(), slice.nextId(), limit);
        }
    }

    @Test
    void findsWhatAReaderWouldFindWhateverThePages() {
        long seed = System.nanoTime();
        System.out.println("JobListTest seed " + seed);
        Random random = new Random(seed);
        List<String> pieces =
                List.of("Ann", "BOB", "é", "Straße", "100%", "a_b", "\\", "\"", "x.example", "C:\\d", "'");
        List<Words> words = new ArrayList<>();
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            Words next = new Words(
                    "words_" + random.nextInt(3),
                    random.nextInt(3) == 0 ? "key-" + i + pieces.get(random.nextInt(pieces.size())) : null,
                    random.nextInt(3) == 0 ? "code_" + random.nextInt(5) : null,
                    random.nextInt(3) == 0 ? "Told by " + pieces.get(random.nextInt(pieces.size())) : null,
                    Map.of(
                            "name" + random.nextInt(4),
                            pieces.get(random.nextInt(pieces.size())) + pieces.get(random.nextInt(pieces.size()))));
            words.addFirst(next);
            ids.addFirst(make(next));
        }
        List<String> sought = new ArrayList<>(pieces);
        sought.addAll(
                List.of("ann", "bob", "É", "WORDS_1", "code_3", "Name2", "key-17", "0%", "_b", "%", "_", "nobody"));
        for (String text : sought) {
            List<UUID> expected = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                if (words.get(i).contain(text, json)) {
                    expected.add(ids.get(i));
                }
            }
            assertThat(all(text(text), 1 + random.nextInt(20))).as(text).isEqualTo(expected);
        }
    }

    @Test
    void looksAtABoundedNumberOfJobsAndGoesOnWhereItStopped() {
        Words rare = Words.in(Map.of("who", "needle"));
        makeMany(2 * JobList.LOOKED_AT + 300);
        UUID newest = make(rare);
        JobList.Slice first = list.page(tenant, text("needle"), null, null, 50);
        assertThat(first.jobs()).extracting(JobView::jobId).containsExactly(newest);
        assertThat(first.nextId()).as("there may be more").isNotNull();
        JobList.Slice second = list.page(tenant, text("needle"), first.nextTime(), first.nextId(), 50);
        assertThat(second.jobs()).isEmpty();
        JobList.Slice third = list.page(tenant, text("needle"), second.nextTime(), second.nextId(), 50);
        assertThat(third.jobs()).isEmpty();
        assertThat(third.nextId()).isNull();
    }

    @Test
    void losesNothingWhereLookingStops() {
        makeMany(3 * JobList.LOOKED_AT);
        assertThat(all(new JobFilter(JobStatus.COMPLETED, null, null, null, "many"), 200))
                .doesNotHaveDuplicates()
                .hasSize(3 * JobList.LOOKED_AT / 2);
        JobFilter every = text("MANY");
        for (int limit : new int[] {JobList.LOOKED_AT - 1, JobList.LOOKED_AT, JobList.LOOKED_AT + 1}) {
            assertThat(all(every, limit)).doesNotHaveDuplicates().hasSize(3 * JobList.LOOKED_AT);
        }
    }

    @Test
    void findsAJobByItsIdAndAnyOtherIdInParameters() {
        UUID contact = Ids.next();
        UUID about = make(Words.in(Map.of("contactId", contact)));
        UUID other = make(Words.in(Map.of()));
        assertThat(all(text(other.toString().toUpperCase(Locale.ROOT)), 50)).containsExactly(other);
        assertThat(all(text(contact.toString()), 50)).containsExactly(about);
        assertThat(all(new JobFilter(JobStatus.COMPLETED, null, null, null, other.toString()), 50))
                .as("the other criteria hold, too")
                .isEmpty();
        assertThat(list.page(Ids.next(), text(other.toString()), null, null, 50).jobs())
                .as("another tenant")
                .isEmpty();
    }

    @Test
    void leavesLargeParametersAlone() {
        StringBuilder noise = new StringBuilder();
        Random random = new Random(5);
        while (noise.length() < 40_000) {
            noise.append(Long.toString(random.nextLong(), 36));
        }
        UUID small = make(Words.in(Map.of("a", "needle")));
        make(Words.in(Map.of("a", "needle " + noise)));
        assertThat(all(text("needle"), 50)).containsExactly(small);
    }

    @Test
    void countsAndWalksWhatMatchesOldestFirst() {
        UUID first = make(Words.in(Map.of("who", "needle")));
        make(Words.in(Map.of("who", "hay")));
        UUID last = make(Words.in(Map.of("who", "NEEDLE")));
        make(new Words("spared", null, null, null, Map.of("who", "needle")));
        makeMany(100);
        JobSelection.Among among = new JobSelection.Among(
                tenant, text("needle"), List.of(JobStatus.FAILED, JobStatus.CANCELLED), List.of("spared"));
        assertThat(selection.count(among, null, null)).isEqualTo(new JobSelection.Count(2, false));
        List<UUID> walked = new ArrayList<>();
        JobSelection.Turn turn = selection.next(among, null, null, 7);
        walked.addAll(turn.matching());
        while (turn.lastId() != null) {
            turn = selection.next(among, turn.lastTime(), turn.lastId(), 7);
            walked.addAll(turn.matching());
        }
        assertThat(walked).containsExactly(first, last);
        JobSelection.Among cancelled = new JobSelection.Among(
                tenant,
                new JobFilter(JobStatus.CANCELLED, null, null, null, null),
                List.of(JobStatus.FAILED, JobStatus.CANCELLED),
                List.of("spared"));
        assertThat(selection.count(cancelled, null, null)).isEqualTo(new JobSelection.Count(50, false));
    }

    @Test
    void countsNoFurtherThanItsBound() {
        makeMany(2 * JobSelection.COUNTED_BY_TEXT + 100);
        JobSelection.Among among =
                new JobSelection.Among(tenant, text("many"), List.of(JobStatus.CANCELLED), List.of());
        assertThat(selection.count(among, null, null))
                .isEqualTo(new JobSelection.Count(JobSelection.COUNTED_BY_TEXT, true));
        assertThat(selection.count(
                        new JobSelection.Among(tenant, JobFilter.ALL, List.of(JobStatus.CANCELLED), List.of()),
                        null,
                        null))
                .isEqualTo(new JobSelection.Count(JobSelection.COUNTED_BY_TEXT + 50, false));
    }
}
