/**
 * Who asks: API key to tenant, user and scopes, from the compacted topic {@code account.keys.v1} held in memory. Owns no
 * table.
 */
package io.throughline.platform.access;
