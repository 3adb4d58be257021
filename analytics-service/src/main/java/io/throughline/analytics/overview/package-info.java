/**
 * A tenant's instances side by side. Reads the figures that {@code ingest} keeps and the instances that {@code report}
 * knows, a bounded number of rows for each; owns no table, no topic.
 */
package io.throughline.analytics.overview;
