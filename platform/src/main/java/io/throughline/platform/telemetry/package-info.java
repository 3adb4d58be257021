/** What a service tells about itself: trace context and the sections of {@code GET /api/monitor}. */
package io.throughline.platform.telemetry;
