package io.throughline.local.bench;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/**
 * Rows of finished jobs, put into the job worker's table and taken out again. Each is a copy of a job that really ran with
 * another id, type, status, age, error and parameters, so whatever else a job has is as the service leaves it.
 */
final class FinishedJobs implements AutoCloseable {

    /** A tenth of the jobs. */
    static final String TYPE = "bench_3";
    /** A tenth of the jobs. */
    static final String STATUS = "failed";
    /** In the parameters of a fiftieth of the jobs. */
    static final String TEXT = "vip";
    /** They lie in between, evenly: younger than what is removed by age. */
    static final int DAYS = 25;

    private static final int AT_ONCE = 50_000;

    private static final String COPY = """
            INSERT INTO job
            SELECT made.*
            FROM (SELECT job FROM job WHERE id = ?) AS model,
                 generate_series(?::bigint, ?) AS n,
                 LATERAL (SELECT now() - (? - n) * interval '%d days' / ? AS moment) AS at,
                 LATERAL jsonb_populate_record(model.job, jsonb_build_object(
                     'id', uuidv7(), 'tenant_id', ?, 'type', 'bench_' || n %% 10,
                     'status', CASE WHEN n / 10 %% 10 = 0 THEN 'failed' ELSE 'completed' END,
                     'error_code', CASE WHEN n / 10 %% 10 = 0 THEN 'provider_unavailable' END,
                     'error_message', CASE WHEN n / 10 %% 10 = 0 THEN 'The provider did not answer in 10 s.' END,
                     'run_at', moment, 'created_at', moment, 'started_at', moment, 'completed_at', moment,
                     'parameters', jsonb_build_object(
                         'email', 'person' || n || '@company' || n %% 997 || '.example',
                         'campaign', md5(n::text),
                         'kind', CASE WHEN n / 10 %% 50 = 7 THEN 'vip' ELSE 'plain' END))) AS made
            """.formatted(DAYS);

    private final Connection database;
    private final List<UUID> tenants;

    FinishedJobs(String jdbcUrl, UUID... tenants) throws SQLException {
        this.database = DriverManager.getConnection(jdbcUrl);
        this.tenants = List.of(tenants);
        execute("SET search_path TO jobs");
    }

    /** @param model a completed job */
    void put(UUID tenant, UUID model, int count) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(COPY)) {
            for (int first = 1; first <= count; first += AT_ONCE) {
                statement.setObject(1, model);
                statement.setInt(2, first);
                statement.setInt(3, Math.min(count, first + AT_ONCE - 1));
                statement.setInt(4, count);
                statement.setInt(5, count);
                statement.setObject(6, tenant);
                statement.executeUpdate();
            }
        }
        // As the service does each hour.
        execute("ANALYZE job");
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        try (database) {
            for (UUID tenant : tenants) {
                try (PreparedStatement statement = database.prepareStatement("DELETE FROM job WHERE tenant_id = ?")) {
                    statement.setObject(1, tenant);
                    statement.executeUpdate();
                }
            }
            execute("VACUUM ANALYZE job");
        }
    }
}
