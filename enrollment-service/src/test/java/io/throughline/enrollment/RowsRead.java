package io.throughline.enrollment;

import io.quarkus.arc.Arc;
import io.throughline.platform.sql.Sql;
import java.util.concurrent.atomic.AtomicLong;

/** How many rows of a table PostgreSQL read from the heap to answer: what a bad plan shows at once, whatever the machine. */
public final class RowsRead {

    private RowsRead() {}

    public static long of(String table, Runnable work) {
        Sql sql = Arc.container().instance(Sql.class).get();
        AtomicLong read = new AtomicLong();
        sql.inTransaction(() -> {
            long before = soFar(sql, table);
            work.run();
            read.set(soFar(sql, table) - before);
        });
        return read.get();
    }

    private static long soFar(Sql sql, String table) {
        return sql.one(
                "SELECT seq_tup_read + idx_tup_fetch AS rows FROM pg_stat_xact_user_tables WHERE relname = ?",
                row -> row.number("rows"),
                table);
    }
}
