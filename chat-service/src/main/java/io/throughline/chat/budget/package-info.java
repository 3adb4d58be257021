/**
 * What a tenant and a user may spend on answers in a UTC day, and how many answers they may await at once. Owns the table
 * {@code spending}, which the statement that keeps a turn adds to. No topics.
 */
package io.throughline.chat.budget;
