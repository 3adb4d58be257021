/**
 * Conversations of a user: ask, continue, list, delete. Owns the tables {@code conversation} and {@code message}. Who
 * answers is behind the port {@link io.throughline.chat.conversation.Answerer}. No topics.
 */
package io.throughline.chat.conversation;
