/**
 * Kafka, soundly: the outbox and its relay, the inbox, batch consumption that commits after the transaction, dead
 * letters, compacted topics. Owns the tables {@code outbox} and {@code inbox} of every service's schema.
 */
package io.throughline.platform.events;
