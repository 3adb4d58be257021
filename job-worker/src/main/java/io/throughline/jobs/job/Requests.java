package io.throughline.jobs.job;

import com.fasterxml.jackson.databind.JsonMappingException;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.JobTypes;
import io.throughline.jobs.queue.NewJob;
import io.throughline.jobs.queue.Priority;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import io.throughline.platform.time.Ids;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Turns what was asked, over HTTP or Kafka, into a job, or says everything that is wrong with it. */
@Singleton
public class Requests {

    static final int MOST_AT_ONCE = 10_000;

    private static final int MOST_ERRORS = 100;
    private static final int LONGEST_KEY = 200;
    private static final int LARGEST_PARAMETERS = 262_144;

    /** As JSON writes it; behind an odd number of backslashes, or it is text about it. */
    private static final Pattern NUL = Pattern.compile("(?<!\\\\)(?:\\\\\\\\)*\\\\u0000");

    private final JobTypes types;
    private final Json json;

    Requests(JobTypes types, Json json) {
        this.types = types;
        this.json = json;
    }

    /** As asked; every field but the type may be null. */
    public record Asked(
            String type, Map<String, Object> parameters, String priority, Instant runAt, String uniqueKey) {}

    NewJob toJob(UUID id, UUID tenantId, UUID userId, Asked asked) {
        List<FieldError> errors = errorsIn(asked);
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return job(id, tenantId, userId, asked);
    }

    private static NewJob job(UUID id, UUID tenantId, UUID userId, Asked asked) {
        return NewJob.of(id, tenantId, userId, asked.type(), parametersOf(asked))
                .withPriority(priorityOf(asked).orElseThrow())
                .startingAt(asked.runAt())
                .onceUnfinishedPer(asked.uniqueKey());
    }

    /** All, or a {@link Problem} that says what is wrong with which, the first {@value #MOST_ERRORS} things. */
    List<NewJob> toJobs(UUID tenantId, UUID userId, List<Asked> asked) {
        if (asked == null || asked.isEmpty() || asked.size() > MOST_AT_ONCE) {
            throw Problem.invalid(List.of(new FieldError("/jobs", "must be 1 to " + MOST_AT_ONCE + " jobs")));
        }
        List<FieldError> errors = new ArrayList<>();
        List<NewJob> jobs = new ArrayList<>(asked.size());
        for (int place = 0; place < asked.size() && errors.size() < MOST_ERRORS; place++) {
            Asked each = asked.get(place);
            String pointer = "/jobs/" + place;
            if (each == null) {
                errors.add(new FieldError(pointer, "must be a job"));
                continue;
            }
            List<FieldError> wrong = errorsIn(each);
            wrong.forEach(error -> errors.add(new FieldError(pointer + error.pointer(), error.detail())));
            if (wrong.isEmpty()) {
                jobs.add(job(Ids.next(), tenantId, userId, each));
            }
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return jobs;
    }

    /** Everything that is wrong; empty: a job can be made of it. */
    public List<FieldError> errorsIn(Asked asked) {
        List<FieldError> errors = new ArrayList<>();
        Optional<JobType<?>> type = types.named(asked.type());
        if (type.isEmpty() || !type.get().requestable()) {
            errors.add(new FieldError("/type", "must be one of: " + types.requestable()));
        } else {
            check(type.get(), parametersOf(asked), errors);
        }
        if (priorityOf(asked).isEmpty()) {
            errors.add(new FieldError("/priority", "must be one of: high, normal, low"));
        }
        String key = asked.uniqueKey();
        if (key != null && (key.isBlank() || key.length() > LONGEST_KEY || key.indexOf('\0') >= 0)) {
            errors.add(new FieldError("/uniqueKey", "must have 1 to " + LONGEST_KEY + " characters"));
        }
        return errors;
    }

    private static Map<String, Object> parametersOf(Asked asked) {
        return asked.parameters() == null ? Map.of() : asked.parameters();
    }

    private static Optional<Priority> priorityOf(Asked asked) {
        return asked.priority() == null ? Optional.of(Priority.NORMAL) : Priority.named(asked.priority());
    }

    private void check(JobType<?> type, Map<String, Object> parameters, List<FieldError> errors) {
        String text = json.text(parameters);
        if (text.length() > LARGEST_PARAMETERS) {
            errors.add(new FieldError("/parameters", "must be smaller than " + LARGEST_PARAMETERS + " characters"));
        } else if (NUL.matcher(text).find()) {
            errors.add(new FieldError("/parameters", "must not contain the character U+0000"));
        } else {
            read(type, text, errors);
        }
    }

    private void read(JobType<?> type, String text, List<FieldError> errors) {
        try {
            json.read(text, type.parameters());
        } catch (UncheckedIOException e) {
            StringBuilder pointer = new StringBuilder("/parameters");
            String detail = e.getCause().getMessage();
            if (e.getCause() instanceof JsonMappingException mapping) {
                mapping.getPath().forEach(step -> pointer.append('/').append(step.getFieldName()));
                detail = mapping.getCause() instanceof IllegalArgumentException refused
                        ? refused.getMessage()
                        : mapping.getOriginalMessage();
            }
            errors.add(new FieldError(pointer.toString(), detail));
        }
    }
}
