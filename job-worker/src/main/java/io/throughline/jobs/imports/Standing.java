package io.throughline.jobs.imports;

import io.throughline.jobs.imports.ImportStore.Tally;
import java.util.UUID;

/**
 * How far an import is.
 *
 * @param rows of the file; while it is being read, an estimate from its lines
 * @param done rows that became something: created + updated + duplicates + failed
 * @param rowsPerSecond since the file was there
 * @param secondsLeft at that rate; null while it is not known, 0 at the end
 */
record Standing(
        UUID jobId,
        long rows,
        long done,
        long created,
        long updated,
        long duplicates,
        long failed,
        boolean complete,
        double rowsPerSecond,
        Double secondsLeft,
        String errorFileUrl) {

    static Standing of(Tally tally, double seconds) {
        double rate = seconds > 0 ? tally.done() / seconds : 0;
        return new Standing(
                tally.id(),
                tally.expected(),
                tally.done(),
                tally.created(),
                tally.updated(),
                tally.duplicates(),
                tally.failed(),
                tally.complete(),
                rounded(rate),
                rate > 0 ? Double.valueOf(rounded((tally.expected() - tally.done()) / rate)) : null,
                tally.result().errorFileUrl());
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
