package io.throughline.local.server;

import io.throughline.local.stack.StackFailure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running PostgreSQL as the suite uses it.
 *
 * @param adminUrl JDBC URL of a role that may create roles and databases, credentials included
 * @param serviceUrl JDBC URL of the database {@code throughline} without credentials
 */
public record Postgres(String adminUrl, String serviceUrl) {

    static final String DATABASE = "throughline";
    private static final Pattern JDBC =
            Pattern.compile("jdbc:postgresql://(?:([^:@/?]+)(?::([^@/?]*))?@)?([^/?@]+)/([^?]*)(?:\\?(.*))?");

    /** Accepts credentials before the host or as {@code user} and {@code password} in the query. */
    public static Postgres external(String url) {
        Matcher parts = JDBC.matcher(url);
        if (!parts.matches()) {
            throw new StackFailure(
                    "THROUGHLINE_POSTGRES_URL is not of the form jdbc:postgresql://host:port/db?user=U&password=P.",
                    "export THROUGHLINE_POSTGRES_URL=jdbc:postgresql://127.0.0.1:5432/postgres?user=postgres");
        }
        String host = parts.group(3);
        String database = parts.group(4).isEmpty() ? "postgres" : parts.group(4);
        String query = parts.group(5) == null ? "" : parts.group(5);
        StringBuilder credentials = new StringBuilder();
        StringBuilder others = new StringBuilder();
        if (parts.group(1) != null) {
            credentials.append("user=").append(parts.group(1));
            if (parts.group(2) != null) {
                credentials.append("&password=").append(parts.group(2));
            }
        }
        for (String parameter : query.split("&")) {
            boolean credential = parameter.startsWith("user=") || parameter.startsWith("password=");
            StringBuilder target = credential ? credentials : others;
            target.append(target.isEmpty() || parameter.isEmpty() ? "" : "&").append(parameter);
        }
        String base = "jdbc:postgresql://" + host + "/";
        String separator = credentials.isEmpty() || others.isEmpty() ? "" : "&";
        return new Postgres(
                base + database + "?" + credentials + separator + others,
                base + DATABASE + (others.isEmpty() ? "" : "?" + others));
    }

    static Postgres embedded(int port) {
        String base = "jdbc:postgresql://127.0.0.1:" + port + "/";
        return new Postgres(base + "postgres?user=postgres", base + DATABASE);
    }

    /** For people and tools on this machine; a password is never shown. */
    public String shownUrl() {
        return adminUrlOfSuite().replaceAll("password=[^&]*&?", "").replaceAll("[?&]$", "");
    }

    /** The same server and credentials, the suite's database. */
    String adminUrlOfSuite() {
        return adminUrl.replaceFirst("(jdbc:postgresql://[^/]+/)[^?]*", "$1" + DATABASE);
    }
}
