/** The trace context that work carries through requests, the outbox and records. */
package io.throughline.platform.telemetry;
