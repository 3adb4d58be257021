/**
 * Jobs by the clock: {@code /api/jobs/schedules}. Owns the table {@code schedule}; a slot that has come becomes a job of
 * the queue, once across all replicas. {@link io.throughline.jobs.schedule.SystemSchedules} is for the suite's own.
 */
package io.throughline.jobs.schedule;
