/**
 * Named jobs of several steps, each of which is a job of its own. Owns {@code workflow_definition}, {@code workflow_run} and
 * {@code workflow_step}; asks the queue for jobs and is run again when one of them has ended. Definitions are data, a
 * tenant's own or built in, and are copied into the run, so that a change reaches only what begins after it.
 */
package io.throughline.jobs.workflow;
