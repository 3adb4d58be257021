package io.throughline.jobs.queue;

import java.time.Instant;

/**
 * Which of a tenant's jobs are meant; nulls: all.
 *
 * @param since first moment of creation that counts
 * @param until first moment of creation that does not count any more
 * @param text in the type, the unique key, the error's code or message, or the parameters, whatever the case. Every
 *     character stands for itself. Parameters that are stored in more than 8 KB are not looked into
 */
public record JobFilter(JobStatus status, String type, Instant since, Instant until, String text) {

    public static final JobFilter ALL = new JobFilter(null, null, null, null, null);
}
