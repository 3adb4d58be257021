/**
 * What providers know of people and companies: the job types {@code enrich}, whose answers are kept in the table
 * {@code enrichment} for a while, per tenant, and {@code discover}, whose candidates are the job's result. Which providers
 * there are, and what a call may cost, is {@code outside}'s.
 */
package io.throughline.jobs.enrichment;
