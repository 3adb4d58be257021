/**
 * Counts what happened, once. In: {@code engagement.events.v1}, {@code enrollment.changes.v1}; out: {@code
 * engagement.events.v1} (events posted over HTTP). Owns the tables {@code engagement_event, first_occurrence, reach,
 * tally, daily_tally, enrollment_state, status_tally, instance_version}. Every batch is one transaction and one statement.
 */
package io.throughline.analytics.ingest;
