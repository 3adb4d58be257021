package io.throughline.platform.sql;

import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;

/** A statement that failed, with the database's own account of why. */
public final class SqlFailure extends RuntimeException {

    /**
     * SQLSTATE classes of faults that have nothing to do with the rows: connection, transaction rollback, resources,
     * lock not available, operator intervention, system error.
     *
     * @see <a href="https://www.postgresql.org/docs/18/errcodes-appendix.html">PostgreSQL error codes</a>
     */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53", "55", "57", "58");

    public SqlFailure(SQLException cause) {
        super(cause.getMessage(), cause);
    }

    /** The SQLSTATE, or an empty string when the fault did not come from the server. */
    public String state() {
        String state = ((SQLException) getCause()).getSQLState();
        return state == null ? "" : state;
    }

    /** Whether the same work may well succeed later, unchanged. */
    public static boolean mayPass(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLTransientException || cause instanceof SQLRecoverableException) {
                return true;
            }
            if (cause instanceof SQLException sql
                    && (sql.getSQLState() == null
                            || PASSING_CLASSES.contains(sql.getSQLState().substring(0, 2)))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the database took the transaction back in favour of another one, as it ends a deadlock. */
    public boolean isRollback() {
        return state().startsWith("40");
    }
}
