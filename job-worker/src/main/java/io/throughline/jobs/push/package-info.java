/**
 * The stream of moved jobs, {@code /api/jobs/stream}, as WebSocket and as server-sent events. Reads the table
 * {@code job_event} of the queue, in its order, once per replica, and fans out in memory; owns {@code stream_ticket}.
 * No topics: {@code job.status.v1} tells the same to other systems.
 */
package io.throughline.jobs.push;
