/**
 * What an answer may look at: the suite's own read APIs, called with the caller's key, so a question shows nobody more
 * than their key does. Results are cleaned and bounded. Owns no table, no topics.
 */
package io.throughline.chat.tool;
