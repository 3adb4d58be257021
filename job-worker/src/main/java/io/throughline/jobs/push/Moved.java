package io.throughline.jobs.push;

import java.util.UUID;

/** A row of {@code job_event}. @param job the view as JSON, as the database wrote it */
record Moved(Position at, UUID tenantId, UUID jobId, String type, String job) {

    static final String PROGRESS = "job.progress";
    static final String COMPLETED = "job.completed";
    static final String FAILED = "job.failed";
}
