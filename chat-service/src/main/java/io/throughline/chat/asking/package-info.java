/**
 * A question's way to a reply: let in by the budget, answered from the cache or by an {@link
 * io.throughline.chat.asking.Answerer}, stored, streamed, resumed, cancelled. Owns no table, no topics.
 */
package io.throughline.chat.asking;
