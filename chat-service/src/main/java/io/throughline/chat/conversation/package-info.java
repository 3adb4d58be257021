/**
 * Conversations of a user: what was said, the window an answerer is told, list, export, expiry, erasure. Owns the tables
 * {@code conversation}, {@code message} and {@code mention}. In:
 * {@code contact.erasures.v1}.
 */
package io.throughline.chat.conversation;
