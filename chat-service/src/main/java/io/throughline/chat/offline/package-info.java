/**
 * Fixed rules behind the port {@link io.throughline.chat.asking.Answerer}: a documented set of questions, answered with
 * the suite's figures and the remark that no model is connected. Owns no table, no topics.
 */
package io.throughline.chat.offline;
