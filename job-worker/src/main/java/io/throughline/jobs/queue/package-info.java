/**
 * Jobs as rows: who may run one, for how long, and what becomes of it. Owns the tables {@code job}, {@code job_lease} and
 * {@code job_event_batch}; every move of a job goes out on {@code job.status.v1} in the transaction of the move. Knows no
 * job type; those are beans of {@link io.throughline.jobs.queue.JobType} in the packages of their features.
 */
package io.throughline.jobs.queue;
