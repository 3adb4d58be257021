/**
 * Files of contacts: taken in as they stream, read in the background, sent to enrollment-service in batches, counted as
 * the results come back. Owns {@code import}, {@code import_part}, {@code import_error}. Topics out:
 * {@code contact.upserts.v1}; in: {@code contact.upsert-results.v1}.
 */
package io.throughline.jobs.imports;
