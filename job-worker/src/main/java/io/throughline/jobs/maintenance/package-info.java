/**
 * What the features remove or refresh now and then ({@link io.throughline.jobs.queue.Chore}), as a job of the suite's own
 * schedule: each minute, in one replica. Owns no table.
 */
package io.throughline.jobs.maintenance;
