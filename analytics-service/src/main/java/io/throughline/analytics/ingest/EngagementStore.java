package io.throughline.analytics.ingest;

import io.throughline.analytics.ingest.Differences.Daily;
import io.throughline.analytics.ingest.Differences.Day;
import io.throughline.analytics.ingest.Differences.Scope;
import io.throughline.analytics.ingest.Differences.Tally;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlFailure;
import jakarta.inject.Singleton;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds engagement events to the figures: eight statements at most, however many events.
 *
 * <p>The memory rows of a batch are locked first, in the order of their key; then rows are added; the figures that
 * everybody wants are moved last, in the order of theirs, because others wait for them until the commit. So concurrent
 * batches wait for each other and never deadlock, and what is decided from a memory row cannot be decided twice. Inside the
 * caller's transaction.
 */
@Singleton
class EngagementStore {

    /** Held shared by every transaction that counts; whoever holds it alone sees all that was counted so far. */
    static final long COUNTING = 7_120_001L;

    private static final String SERIALIZATION_FAILURE = "40001";

    private final Sql sql;
    private final EventLog log;

    EngagementStore(Sql sql, EventLog log) {
        this.sql = sql;
        this.log = log;
    }

    /** Counts those that were never seen before and answers how many they were. Order does not matter. */
    int add(List<Engagement> events, Instant receivedAt) {
        sql.list("SELECT pg_advisory_xact_lock_shared(?)::text AS held", row -> row.text("held"), COUNTING);
        Differences differences = new Differences();
        List<Engagement> fresh = learn(events, FigureTables.LIVE, differences);
        log.append(fresh, receivedAt);
        move(differences, FigureTables.LIVE);
        return fresh.size();
    }

    /** Counts events that are in the log already. */
    void count(List<Engagement> events, FigureTables tables) {
        Differences differences = new Differences();
        learn(events, tables, differences);
        move(differences, tables);
    }

    /** Remembers the events and collects by how much they move figures. @return those that were never seen before */
    private List<Engagement> learn(List<Engagement> events, FigureTables tables, Differences differences) {
        Map<EnrollmentKey, EnrollmentMemory> memories = new HashMap<>(events.size());
        List<Candidate> candidates = new ArrayList<>(events.size());
        for (Engagement event : events) {
            candidates.add(new Candidate(
                    event,
                    Fingerprint.of(event.source(), event.eventId()),
                    memories.computeIfAbsent(event.enrollment(), EnrollmentMemory::new)));
        }
        recall(List.copyOf(memories.values()), tables);
        Set<Counted> overflown = overflown(candidates, tables);
        List<Engagement> fresh = new ArrayList<>(events.size());
        for (Candidate candidate : candidates) {
            boolean countedBefore = !overflown.isEmpty() && overflown.contains(candidate.counted());
            if (!countedBefore && candidate.memory.count(candidate.event, candidate.fingerprint, differences)) {
                fresh.add(candidate.event);
            }
        }
        if (!fresh.isEmpty()) {
            keep(memories.values(), tables);
        }
        return fresh;
    }

    /** An event that may have been counted before, with what is known of its enrollment. */
    private record Candidate(Engagement event, long fingerprint, EnrollmentMemory memory) {
        Counted counted() {
            return new Counted(memory.key(), fingerprint);
        }
    }

    private void recall(List<EnrollmentMemory> memories, FigureTables tables) {
        sql.each(
                tables.in("""
                        SELECT place, counted, firsts
                        FROM unnest(?, ?, ?) WITH ORDINALITY AS wanted (enrollment_id, instance_id, tenant_id, place)
                        JOIN @enrollment_memory USING (enrollment_id, instance_id, tenant_id)
                        ORDER BY enrollment_id, instance_id, tenant_id
                        FOR UPDATE OF @enrollment_memory
                        """),
                row -> memories.get(row.integer("place") - 1).recall(row.bytes("counted"), row.text("firsts")),
                Sql.column("uuid", memories, memory -> memory.key().enrollmentId()),
                Sql.column("uuid", memories, memory -> memory.key().instanceId()),
                Sql.column("uuid", memories, memory -> memory.key().tenantId()));
    }

    /** A fingerprint that does not fit the row of its enrollment. */
    private record Counted(EnrollmentKey enrollment, long fingerprint) {}

    private Set<Counted> overflown(List<Candidate> candidates, FigureTables tables) {
        Set<Counted> wanted = new HashSet<>();
        for (Candidate candidate : candidates) {
            if (candidate.memory.isFull() && !candidate.memory.knows(candidate.fingerprint)) {
                wanted.add(candidate.counted());
            }
        }
        if (wanted.isEmpty()) {
            return Set.of();
        }
        return new HashSet<>(sql.list(
                tables.in("""
                        SELECT enrollment_id, instance_id, tenant_id, fingerprint
                        FROM unnest(?, ?, ?, ?) AS wanted (enrollment_id, instance_id, tenant_id, fingerprint)
                        JOIN @counted_event USING (enrollment_id, instance_id, tenant_id, fingerprint)
                        """),
                row -> new Counted(
                        new EnrollmentKey(row.uuid("enrollment_id"), row.uuid("instance_id"), row.uuid("tenant_id")),
                        row.number("fingerprint")),
                Sql.column("uuid", wanted, each -> each.enrollment().enrollmentId()),
                Sql.column("uuid", wanted, each -> each.enrollment().instanceId()),
                Sql.column("uuid", wanted, each -> each.enrollment().tenantId()),
                Sql.column("bigint", wanted, Counted::fingerprint)));
    }

    private void keep(Collection<EnrollmentMemory> memories, FigureTables tables) {
        List<EnrollmentMemory> changed =
                memories.stream().filter(EnrollmentMemory::hasChanged).toList();
        List<EnrollmentMemory> known =
                changed.stream().filter(EnrollmentMemory::isStored).toList();
        List<EnrollmentMemory> unknown =
                changed.stream().filter(memory -> !memory.isStored()).toList();
        if (!known.isEmpty()) {
            sql.update(tables.in("""
                            UPDATE @enrollment_memory AS known SET counted = now.counted, firsts = now.firsts
                            FROM unnest(?, ?, ?, ?, ?) AS now (enrollment_id, instance_id, tenant_id, counted, firsts)
                            WHERE known.enrollment_id = now.enrollment_id AND known.instance_id = now.instance_id
                              AND known.tenant_id = now.tenant_id
                            """), columns(known));
        }
        if (!unknown.isEmpty()) {
            int kept = sql.update(tables.in("""
                            INSERT INTO @enrollment_memory (enrollment_id, instance_id, tenant_id, counted, firsts)
                            SELECT * FROM unnest(?, ?, ?, ?, ?) ORDER BY 1, 2, 3
                            ON CONFLICT DO NOTHING
                            """), columns(unknown));
            if (kept < unknown.size()) {
                throw new SqlFailure(new SQLException(
                        "another batch counted for an enrollment that both met first", SERIALIZATION_FAILURE));
            }
        }
        overflow(changed, tables);
    }

    private static Object[] columns(List<EnrollmentMemory> memories) {
        return new Object[] {
            Sql.column("uuid", memories, memory -> memory.key().enrollmentId()),
            Sql.column("uuid", memories, memory -> memory.key().instanceId()),
            Sql.column("uuid", memories, memory -> memory.key().tenantId()),
            Sql.column("bytea", memories, EnrollmentMemory::fingerprintsOfRow),
            Sql.column("text", memories, EnrollmentMemory::firstsNow)
        };
    }

    private void overflow(List<EnrollmentMemory> changed, FigureTables tables) {
        List<Counted> overflow = changed.stream()
                .flatMap(
                        memory -> memory.overflow().stream().map(fingerprint -> new Counted(memory.key(), fingerprint)))
                .toList();
        if (!overflow.isEmpty()) {
            sql.update(
                    tables.in("""
                            INSERT INTO @counted_event (enrollment_id, instance_id, tenant_id, fingerprint)
                            SELECT * FROM unnest(?, ?, ?, ?)
                            """),
                    Sql.column("uuid", overflow, each -> each.enrollment().enrollmentId()),
                    Sql.column("uuid", overflow, each -> each.enrollment().instanceId()),
                    Sql.column("uuid", overflow, each -> each.enrollment().tenantId()),
                    Sql.column("bigint", overflow, Counted::fingerprint));
        }
    }

    private void move(Differences differences, FigureTables tables) {
        Collection<Map.Entry<Scope, Tally>> tallies = differences.tallies();
        if (tallies.isEmpty()) {
            return;
        }
        sql.update(
                tables.in("""
                        INSERT INTO @tally AS known (tenant_id, instance_id, channel, event_type, step_number,
                                                     events, enrollments, machine_events, human_enrollments)
                        SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) ORDER BY 1, 2, 3, 4, 5
                        ON CONFLICT (tenant_id, instance_id, channel, event_type, step_number)
                            DO UPDATE SET events = known.events + excluded.events,
                                          enrollments = known.enrollments + excluded.enrollments,
                                          machine_events = known.machine_events + excluded.machine_events,
                                          human_enrollments = known.human_enrollments + excluded.human_enrollments
                        """),
                Sql.column("uuid", tallies, each -> each.getKey().tenantId()),
                Sql.column("uuid", tallies, each -> each.getKey().instanceId()),
                Sql.column("text", tallies, each -> each.getKey().channel()),
                Sql.column("text", tallies, each -> each.getKey().eventType()),
                Sql.column("smallint", tallies, each -> each.getKey().step()),
                Sql.column("bigint", tallies, each -> each.getValue().events),
                Sql.column("bigint", tallies, each -> each.getValue().enrollments),
                Sql.column("bigint", tallies, each -> each.getValue().machineEvents),
                Sql.column("bigint", tallies, each -> each.getValue().humanEnrollments));
        Collection<Map.Entry<Day, Daily>> days = differences.days();
        sql.update(
                tables.in("""
                        INSERT INTO @daily_tally AS known (tenant_id, instance_id, day, channel, event_type,
                                                           events, firsts)
                        SELECT tenant_id, instance_id, date '1970-01-01' + epoch_day, channel, event_type, events, firsts
                        FROM unnest(?, ?, ?, ?, ?, ?, ?)
                            AS moved (tenant_id, instance_id, epoch_day, channel, event_type, events, firsts)
                        ORDER BY 1, 2, 3, 4, 5
                        ON CONFLICT (tenant_id, instance_id, day, channel, event_type)
                            DO UPDATE SET events = known.events + excluded.events,
                                          firsts = known.firsts + excluded.firsts
                        """),
                Sql.column("uuid", days, each -> each.getKey().tenantId()),
                Sql.column("uuid", days, each -> each.getKey().instanceId()),
                Sql.column("integer", days, each -> each.getKey().epochDay()),
                Sql.column("text", days, each -> each.getKey().channel()),
                Sql.column("text", days, each -> each.getKey().eventType()),
                Sql.column("bigint", days, each -> each.getValue().events),
                Sql.column("bigint", days, each -> each.getValue().firsts));
        if (tables == FigureTables.LIVE) {
            raiseVersions(differences.instances());
        }
    }

    private void raiseVersions(Set<Differences.Instance> instances) {
        sql.update(
                """
                INSERT INTO instance_version AS known (tenant_id, instance_id, version)
                SELECT *, 1 FROM unnest(?, ?) ORDER BY 1, 2
                ON CONFLICT ON CONSTRAINT instance_version_is_one_per_instance
                    DO UPDATE SET version = known.version + 1
                """,
                Sql.column("uuid", instances, Differences.Instance::tenantId),
                Sql.column("uuid", instances, Differences.Instance::instanceId));
    }
}
