package io.throughline.local.bench;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.agroal.api.AgroalDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** db-scheduler with the polling that its documentation recommends for throughput, every 100 ms. */
final class DbScheduler implements MeasuredQueue {

    private static final int THREADS = 50;

    private final AgroalDataSource database;
    private final Done done = new Done();
    private final OneTimeTask<Long> task =
            Tasks.oneTime("nothing", Long.class).execute((instance, context) -> done.begun(instance.getData()));
    private final Scheduler scheduler;

    /** @param schema that is there */
    DbScheduler(String jdbcUrl, String schema) throws SQLException {
        database = PeerDatabase.open(jdbcUrl, schema);
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            // As its documentation has it for PostgreSQL.
            statement.execute("""
                    CREATE TABLE scheduled_tasks (
                        task_name text NOT NULL, task_instance text NOT NULL, task_data bytea,
                        execution_time timestamptz NOT NULL, picked boolean NOT NULL, picked_by text,
                        last_success timestamptz, last_failure timestamptz, consecutive_failures int,
                        last_heartbeat timestamptz, version bigint NOT NULL, priority smallint,
                        PRIMARY KEY (task_name, task_instance));
                    CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
                    CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat)
                    """);
        }
        scheduler = Scheduler.create(database, task)
                .threads(THREADS)
                .pollingInterval(Duration.ofMillis(100))
                .pollUsingLockAndFetch(0.5, 4.0)
                .build();
    }

    @Override
    public Duration enqueueAll(int jobs) {
        List<TaskInstance<?>> instances = new ArrayList<>(jobs);
        for (int number = 0; number < jobs; number++) {
            instances.add(instance());
        }
        long began = System.nanoTime();
        scheduler.scheduleBatch(instances, Instant.now());
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private TaskInstance<Long> instance() {
        return task.instance(UUID.randomUUID().toString(), System.nanoTime());
    }

    @Override
    public double burnDown(int jobs, Duration atMost) throws InterruptedException {
        done.clear();
        long began = System.nanoTime();
        scheduler.start();
        double perSecond = done.await(jobs, atMost) * 1e9 / (System.nanoTime() - began);
        done.clear();
        return perSecond;
    }

    @Override
    public void enqueue() {
        scheduler.schedule(instance(), Instant.now());
    }

    @Override
    public Latencies startLatencies(int jobs) throws InterruptedException {
        return done.latencies(jobs);
    }

    @Override
    public void close() {
        scheduler.stop();
        database.close();
    }
}
