/**
 * Anthropic's Claude behind the port {@link io.throughline.chat.asking.Answerer}: prompt, streaming, tool use, limits,
 * costs, faults. Chosen when there is a key for it. Owns no table, no topics.
 */
package io.throughline.chat.claude;
