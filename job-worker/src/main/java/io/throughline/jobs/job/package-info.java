/**
 * Asking for jobs and looking at them: {@code /api/jobs} over HTTP, {@code job.requests.v1} over Kafka. Also the two
 * types for trying out, {@code echo} and {@code sleep}. Owns no table; the queue does.
 */
package io.throughline.jobs.job;
