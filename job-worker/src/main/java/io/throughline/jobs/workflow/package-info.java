/** Named jobs of several steps. None is defined yet, so every name is unknown. Owns no table. */
package io.throughline.jobs.workflow;
