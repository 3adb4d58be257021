/**
 * Measurements of the running suite through its public interfaces, printed as Markdown. What a figure is compared with is
 * measured in the same run on the same servers; the rows for that live in the schema {@code bench_scratch}, which goes at
 * the end.
 */
package io.throughline.local.bench;
