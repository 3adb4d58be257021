package io.throughline.jobs.queue;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;

/** How a worker works. */
@ConfigMapping(prefix = "throughline.jobs")
interface WorkerSettings {

    /** False: this replica only answers requests. */
    @WithDefault("true")
    boolean enabled();

    /** Time without a heartbeat after which others may take the job. With {@link #heartbeat}, rerun within 21 s. */
    @WithDefault("15S")
    Duration lease();

    @WithDefault("5S")
    Duration heartbeat();

    /** The net below NOTIFY, and how exactly delayed jobs start. */
    @WithDefault("1S")
    Duration poll();

    /** What running jobs are given on shutdown before they are handed back. */
    @WithDefault("5S")
    Duration grace();

    /** How long a job that has ended can be looked at, counted from when it was asked for. */
    @WithDefault("30D")
    Duration keptFor();

    /** Jobs of a type that one worker runs at a time, where that is not the type's own figure. */
    Map<String, Integer> concurrency();

    /**
     * Jobs of a type that all workers together run at a time for one tenant; types not named here have no such limit. Without
     * one, too, tenants share what is free: a backlog of one does not hold up another's jobs.
     */
    Map<String, Integer> tenantConcurrency();
}
