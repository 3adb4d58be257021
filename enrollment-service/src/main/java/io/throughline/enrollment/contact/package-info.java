/**
 * People: one row per tenant and email, with names, company and attributes of the tenant's own choosing. Owns table
 * {@code contact} (written by {@code intake} too, in bulk). No topics.
 */
package io.throughline.enrollment.contact;
