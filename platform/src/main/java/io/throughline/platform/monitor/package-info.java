/** What a service shows of itself for {@code GET /api/monitor}: a section per concern, gathered by one resource. */
package io.throughline.platform.monitor;
