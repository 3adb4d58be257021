/**
 * People: one row per tenant and email, with names, company and attributes of the tenant's own choosing; what an address
 * is; merges of duplicates. Owns tables {@code contact} (written by {@code intake} too, in bulk) and {@code contact_merge}. No
 * topics.
 */
package io.throughline.enrollment.contact;
