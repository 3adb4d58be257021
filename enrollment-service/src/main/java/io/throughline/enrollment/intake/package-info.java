/**
 * Contacts by the batch: {@code contact.upserts.v1} in, {@code contact.upsert-results.v1} out, every batch once. Writes
 * table {@code contact}; remembers batches in {@code inbox}.
 */
package io.throughline.enrollment.intake;
