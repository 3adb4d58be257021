/**
 * Keeps a child JVM from outliving its supervisor. Packed into its own jar: it runs inside every service.
 */
package io.throughline.local.lifeline;
