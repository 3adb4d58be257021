/**
 * PostgreSQL, Kafka, Redis as child processes on the loopback address, or the user's own, made ready for the suite.
 */
package io.throughline.local.server;
