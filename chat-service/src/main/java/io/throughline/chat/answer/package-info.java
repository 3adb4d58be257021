/**
 * Who answers a question: Anthropic's Claude when a key is configured, else fixed rules that say so. Both take their
 * figures from {@code tool}. Owns no table, no topics.
 */
package io.throughline.chat.answer;
