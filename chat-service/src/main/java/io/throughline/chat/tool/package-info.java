/**
 * What an answer may look at: the suite's own read APIs, called with the caller's key, so a question shows nobody more
 * than their key does. Results are cleaned, bounded and marked as data. What would change something is proposed only: the
 * table {@code action}. No topics.
 */
package io.throughline.chat.tool;
