package io.throughline.local.stack;

import java.nio.file.Path;
import java.util.Locale;

/** The five deployables. Each owns one schema and one role of the same name. */
public enum Service {
    CAMPAIGN("campaign-service", "campaign"),
    ENROLLMENT("enrollment-service", "enrollment"),
    ANALYTICS("analytics-service", "analytics"),
    CHAT("chat-service", "chat"),
    JOBS("job-worker", "jobs");

    private final String title;
    private final String schema;

    Service(String title, String schema) {
        this.title = title;
        this.schema = schema;
    }

    /** The Maven module, the log file's name and what users call it. */
    public String title() {
        return title;
    }

    public String schema() {
        return schema;
    }

    /** What the others find it by: {@code THROUGHLINE_SERVICES_JOBS_URL}. */
    public String urlVariable() {
        return "THROUGHLINE_SERVICES_" + name().toUpperCase(Locale.ROOT) + "_URL";
    }

    public Path application(Path root) {
        return root.resolve(title).resolve("target/quarkus-app/quarkus-run.jar");
    }
}
