package io.throughline.jobs.imports;

import io.smallrye.common.annotation.Blocking;
import io.throughline.events.enrollment.ContactUpsertResult;
import io.throughline.jobs.imports.ImportStore.Come;
import io.throughline.jobs.imports.ImportStore.Refused;
import io.throughline.jobs.imports.ImportStore.Settled;
import io.throughline.jobs.queue.JobStore;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.Inbox;
import io.throughline.platform.events.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** {@code contact.upsert-results.v1}: counts what became of batches, tells progress, ends imports whose last result this is. */
@ApplicationScoped
public class ImportResults {

    private static final String CONSUMER = "imports";

    private final Batches batches;
    private final Inbox inbox;
    private final Json json;
    private final ImportStore imports;
    private final JobStore jobs;

    ImportResults(Batches batches, Inbox inbox, Json json, ImportStore imports, JobStore jobs) {
        this.batches = batches;
        this.inbox = inbox;
        this.json = json;
        this.imports = imports;
        this.jobs = jobs;
    }

    @Incoming("import-results")
    @Blocking
    public void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, this::settle);
    }

    private void settle(List<InboundEvent> events) {
        Map<String, Come> read = new HashMap<>();
        events.forEach(event -> read.putIfAbsent(event.id(), new Come(event.tenantId(), result(event))));
        Set<String> fresh = inbox.admit(CONSUMER, events);
        List<Come> come = read.entrySet().stream()
                .filter(each -> fresh.contains(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        List<JobStore.Ending> endings = new ArrayList<>();
        List<JobStore.Step> steps = new ArrayList<>();
        for (Settled settled : imports.settle(come)) {
            UUID id = settled.tally().id();
            imports.refuse(settled.tenantId(), id, refused(id, come));
            if (settled.tally().complete()) {
                endings.add(new JobStore.Ending(
                        id, settled.tally().result(), settled.tally().rows()));
            } else if (settled.due()) {
                steps.add(new JobStore.Step(
                        id, settled.tally().done(), settled.tally().expected()));
            }
        }
        jobs.complete(endings);
        jobs.advance(steps);
    }

    private static List<Refused> refused(UUID id, List<Come> come) {
        return come.stream()
                .map(Come::result)
                .filter(result -> result.importId().equals(id))
                .flatMap(result -> result.rejected().stream())
                .map(each -> new Refused(each.line(), each.code(), each.detail()))
                .collect(Collectors.toList());
    }

    private ContactUpsertResult result(InboundEvent event) {
        ContactUpsertResult result = event.value(json, ContactUpsertResult.class);
        if (result.importId() == null || result.rejected() == null) {
            throw new InboundEvent.Rejection("incomplete", "importId or rejected are missing");
        }
        return result;
    }
}
