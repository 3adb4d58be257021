package io.throughline.chat.tool;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.platform.suite.SuiteApi.Service;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * Something that a reply proposes to do: one request to the suite, word for word. Nothing happens before
 * {@code POST /api/chat/actions/{id}/confirm}.
 *
 * @param description what happens, for a person
 * @param method always {@code POST}
 * @param body JSON; null for none
 * @param expiresAt after this it can no longer be confirmed
 */
public record Action(
        UUID id,
        Kind kind,
        String description,
        String method,
        Service service,
        String path,
        JsonNode body,
        Status status,
        String outcome,
        Instant expiresAt) {

    public enum Kind {
        PAUSE_CAMPAIGN,
        RETRY_JOB,
        START_WORKFLOW;

        @com.fasterxml.jackson.annotation.JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code UNKNOWN}: the suite was asked, and did not answer. */
    public enum Status {
        PROPOSED,
        RUNNING,
        DONE,
        REFUSED,
        UNKNOWN;

        @com.fasterxml.jackson.annotation.JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is to be proposed. */
    record Draft(Kind kind, String description, Service service, String path, JsonNode body) {}
}
