/**
 * Measurements through the gateway, printed as Markdown.
 */
package io.throughline.local.bench;
