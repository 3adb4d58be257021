/**
 * The performance report. Reads the figures that {@code ingest} keeps, a handful of rows whatever the number of events;
 * Redis spares even that. In: {@code campaign.instances.v1}. Owns the table {@code known_instance} and the Redis keys
 * {@code report:*}.
 */
package io.throughline.analytics.report;
