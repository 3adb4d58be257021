/**
 * The process behind {@code up}: start order, readiness, restarts, draining, and cleaning up after a supervisor that
 * was killed.
 */
package io.throughline.local.supervision;
