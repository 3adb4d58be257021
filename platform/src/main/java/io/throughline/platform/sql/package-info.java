/** Set-based access to the service's own PostgreSQL schema. Knows statements, rows and faults; no domain word. */
package io.throughline.platform.sql;
