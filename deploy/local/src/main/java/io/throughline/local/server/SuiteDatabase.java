package io.throughline.local.server;

import io.throughline.local.stack.Secrets;
import io.throughline.local.stack.Service;
import io.throughline.local.stack.StackFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The database, its roles and schemas; safe to run against one that has them. Six statements per service. */
public final class SuiteDatabase {

    private SuiteDatabase() {}

    public static void prepare(Postgres postgres, Secrets secrets) {
        try {
            try (Connection connection = DriverManager.getConnection(postgres.adminUrl());
                    Statement statement = connection.createStatement()) {
                if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", Postgres.DATABASE)) {
                    statement.execute("CREATE DATABASE " + Postgres.DATABASE);
                }
            }
            try (Connection connection = DriverManager.getConnection(postgres.adminUrlOfSuite());
                    Statement statement = connection.createStatement()) {
                for (Service service : Service.values()) {
                    prepare(connection, statement, service.schema(), secrets.password(service));
                }
            }
        } catch (SQLException refused) {
            throw new StackFailure(
                    "The database could not be prepared: " + refused.getMessage() + ".",
                    "check THROUGHLINE_POSTGRES_URL if it is set, or ./throughline logs postgres",
                    refused);
        }
    }

    /** Names come from {@link Service}, passwords are base 62: nothing here needs quoting. */
    private static void prepare(Connection connection, Statement statement, String name, String password)
            throws SQLException {
        String verb = exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", name) ? "ALTER" : "CREATE";
        statement.execute("%s ROLE %s LOGIN PASSWORD '%s'".formatted(verb, name, password));
        // A superuser by any other name must be a member of a role to give it a schema.
        statement.execute("GRANT %s TO CURRENT_USER".formatted(name));
        statement.execute("CREATE SCHEMA IF NOT EXISTS %s AUTHORIZATION %s".formatted(name, name));
        statement.execute("ALTER ROLE %s IN DATABASE %s SET search_path = %s".formatted(name, Postgres.DATABASE, name));
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }
}
