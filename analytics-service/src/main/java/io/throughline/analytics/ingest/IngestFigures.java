package io.throughline.analytics.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.throughline.platform.monitor.MonitorSection;
import jakarta.inject.Singleton;
import java.util.Map;

/** What this replica has taken in since it started. A batch that is rolled back and taken again is counted again. */
@Singleton
class IngestFigures implements MonitorSection {

    private final Counter fresh;
    private final Counter duplicates;
    private final Counter batches;
    private final Counter changes;

    IngestFigures(MeterRegistry meters) {
        this.fresh = meters.counter("throughline.ingest.events", "outcome", "counted");
        this.duplicates = meters.counter("throughline.ingest.events", "outcome", "duplicate");
        this.batches = meters.counter("throughline.ingest.batches");
        this.changes = meters.counter("throughline.ingest.enrollment.changes");
    }

    void counted(int freshEvents, int duplicateEvents) {
        fresh.increment(freshEvents);
        duplicates.increment(duplicateEvents);
        batches.increment();
    }

    void followed(int enrollmentChanges) {
        changes.increment(enrollmentChanges);
    }

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public Map<String, Object> figures() {
        return Map.of(
                "eventsCounted", (long) fresh.count(),
                "eventsDuplicate", (long) duplicates.count(),
                "batches", (long) batches.count(),
                "enrollmentChanges", (long) changes.count());
    }
}
