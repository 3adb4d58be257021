package io.throughline.analytics.report;

import io.restassured.response.Response;
import io.throughline.analytics.Performance;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.awaitility.Awaitility;

/** Many requests for one report that is not cached, all of them held up until the last has missed the cache. */
final class ParallelReads {

    static final int READERS = 12;

    private ParallelReads() {}

    /** @param computing statements that were computing the report while all requests were waiting for it */
    record Outcome(List<Response> answers, int computing) {}

    static Outcome of(DataSource database, ReportCache cache, String apiKey, UUID instance)
            throws SQLException, ExecutionException, InterruptedException {
        long missesBefore = misses(cache);
        try (ExecutorService readers = Executors.newFixedThreadPool(READERS);
                Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            List<Future<Response>> asked = new ArrayList<>();
            int computing;
            connection.setAutoCommit(false);
            try {
                statement.execute("LOCK TABLE daily_tally IN ACCESS EXCLUSIVE MODE");
                for (int reader = 0; reader < READERS; reader++) {
                    asked.add(readers.submit(() -> Performance.get(apiKey, instance, "")));
                }
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> misses(cache) == missesBefore + READERS && computing(statement) > 0);
                computing = computing(statement);
            } finally {
                connection.rollback();
            }
            List<Response> answers = new ArrayList<>();
            for (Future<Response> each : asked) {
                answers.add(each.get());
            }
            return new Outcome(answers, computing);
        }
    }

    private static long misses(ReportCache cache) {
        return (Long) cache.figures().get("misses");
    }

    private static int computing(Statement statement) throws SQLException {
        try (ResultSet waiting = statement.executeQuery("""
                SELECT count(*) FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND query LIKE '%FROM daily_tally%'
                """)) {
            waiting.next();
            return waiting.getInt(1);
        }
    }
}
