/** The injected clock and time-ordered ids. Leases and due times use the database's clock instead. */
package io.throughline.platform.time;
