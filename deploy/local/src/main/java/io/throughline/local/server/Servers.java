package io.throughline.local.server;

import io.throughline.local.mail.MailSink;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a service connects to.
 *
 * @param sink empty when mails go to a real server
 */
public record Servers(Postgres postgres, String kafka, String redis, URI smtp, Optional<MailSink> sink) {

    public static final String POSTGRES_URL = "THROUGHLINE_POSTGRES_URL";
    public static final String KAFKA = "THROUGHLINE_KAFKA_BOOTSTRAP_SERVERS";
    public static final String REDIS_URL = "THROUGHLINE_REDIS_URL";
    public static final String SMTP_URL = "THROUGHLINE_SMTP_URL";

    /** The user's own server, named by an environment variable. */
    public static Optional<String> external(Map<String, String> environment, String variable) {
        return Optional.ofNullable(environment.get(variable)).filter(value -> !value.isBlank());
    }
}
