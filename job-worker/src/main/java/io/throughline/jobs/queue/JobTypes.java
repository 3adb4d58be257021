package io.throughline.jobs.queue;

import io.quarkus.arc.All;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Every type there is, by name. */
@Singleton
public class JobTypes {

    private final Map<String, JobType<?>> byName = new TreeMap<>();

    JobTypes(@All List<JobType<?>> types) {
        types.forEach(type -> byName.put(type.name(), type));
    }

    public Optional<JobType<?>> named(String name) {
        return name == null ? Optional.empty() : Optional.ofNullable(byName.get(name));
    }

    /** For messages: those a client may ask for. */
    public String requestable() {
        return byName.values().stream()
                .filter(JobType::requestable)
                .map(JobType::name)
                .collect(Collectors.joining(", "));
    }
}
