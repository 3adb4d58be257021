/**
 * Engagement events that could not be counted. In: {@code engagement.events.v1.dlq}. Out: {@code engagement.events.v1},
 * when somebody sends them again. Owns the table {@code rejected_event}.
 */
package io.throughline.analytics.rejected;
