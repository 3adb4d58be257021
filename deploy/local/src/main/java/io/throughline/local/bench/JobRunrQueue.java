package io.throughline.local.bench;

import io.agroal.api.AgroalDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.storage.sql.postgres.PostgresStorageProvider;
import org.jobrunr.utils.mapper.jackson.JacksonJsonMapper;

/** JobRunr as its documentation sets it up, at the shortest poll interval it allows. */
final class JobRunrQueue implements MeasuredQueue {

    /** Handlers are made by JobRunr, so what they count into is the class's. */
    private static final Done DONE = new Done();

    private final AgroalDataSource database;
    private final JobRequestScheduler scheduler;
    private final BackgroundJobServer server;

    /** @param askedNanos of {@link System#nanoTime} */
    public record Nothing(long askedNanos) implements JobRequest {
        @Override
        public Class<Handler> getJobRequestHandler() {
            return Handler.class;
        }
    }

    public static final class Handler implements JobRequestHandler<Nothing> {
        @Override
        public void run(Nothing request) {
            DONE.begun(request.askedNanos());
        }
    }

    /** @param schema that is there */
    JobRunrQueue(String jdbcUrl, String schema) throws SQLException {
        database = PeerDatabase.open(jdbcUrl, schema);
        PostgresStorageProvider storage = new PostgresStorageProvider(database);
        var configured = JobRunr.configure()
                .useJsonMapper(new JacksonJsonMapper())
                .useStorageProvider(storage)
                .useBackgroundJobServer(
                        BackgroundJobServerConfiguration.usingStandardBackgroundJobServerConfiguration()
                                .andPollIntervalInSeconds(5),
                        false)
                .initialize();
        scheduler = configured.getJobRequestScheduler();
        server = configured.getBackgroundJobServer();
    }

    @Override
    public Duration enqueueAll(int jobs) {
        long began = System.nanoTime();
        scheduler.enqueue(IntStream.range(0, jobs).mapToObj(number -> new Nothing(System.nanoTime())));
        return Duration.ofNanos(System.nanoTime() - began);
    }

    @Override
    public double burnDown(int jobs, Duration atMost) throws InterruptedException {
        DONE.clear();
        long began = System.nanoTime();
        server.start();
        double perSecond = DONE.await(jobs, atMost) * 1e9 / (System.nanoTime() - began);
        DONE.clear();
        return perSecond;
    }

    @Override
    public void enqueue() {
        scheduler.enqueue(new Nothing(System.nanoTime()));
    }

    @Override
    public Latencies startLatencies(int jobs) throws InterruptedException {
        return DONE.latencies(jobs);
    }

    @Override
    public void close() {
        server.stop();
        database.close();
    }
}
