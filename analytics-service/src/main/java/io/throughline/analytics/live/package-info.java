/**
 * Reports pushed while they change, as server-sent events. One reader of {@code instance_version} per replica serves all
 * streams; a report is computed, or found in the cache, by {@code report}. Owns no table, no topic.
 */
package io.throughline.analytics.live;
