/**
 * Tenants, their users and API keys. Owns the tables {@code tenant}, {@code tenant_user} and {@code api_key}; publishes
 * every key to {@code account.keys.v1}, and a tombstone when it is deleted. Keys themselves are stored nowhere.
 */
package io.throughline.campaign.account;
