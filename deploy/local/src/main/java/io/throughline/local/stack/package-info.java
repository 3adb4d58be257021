/**
 * The directory, state file, processes and ports of one stack: what the verbs and the supervisor share.
 */
package io.throughline.local.stack;
