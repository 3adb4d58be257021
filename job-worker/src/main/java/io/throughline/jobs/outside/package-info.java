/**
 * The one way to providers of outside APIs. A call has a time-out, a place in the provider's quota, which all replicas
 * share in Redis, and a price; it is retried only when it may be and the budget allows, and not made at all while the
 * circuit is open. Owns the Redis keys {@code outside:*} and no table.
 */
package io.throughline.jobs.outside;
