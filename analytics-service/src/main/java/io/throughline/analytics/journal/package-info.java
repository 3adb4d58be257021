/**
 * The events behind a figure, one by one. Reads what {@code ingest} keeps, a bounded number of rows for a page; owns no
 * table, no topic.
 */
package io.throughline.analytics.journal;
