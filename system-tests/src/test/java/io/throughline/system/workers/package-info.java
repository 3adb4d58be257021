/**
 * A fleet of job-workers as an operator has it, real processes on one database, broker and Redis, that are killed, frozen
 * and replaced while they work. What they did is judged by those who watched from outside: a provider that keeps a ledger,
 * the topic of events, and a trigger that notes every change of a job and who made it.
 */
package io.throughline.system.workers;
