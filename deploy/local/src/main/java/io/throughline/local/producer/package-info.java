/**
 * A stand-in for another system: publishes engagement events with a plain Kafka client, knowing only the contract.
 */
package io.throughline.local.producer;
