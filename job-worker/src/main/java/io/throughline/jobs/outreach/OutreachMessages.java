package io.throughline.jobs.outreach;

import io.smallrye.reactive.messaging.annotations.Blocking;
import io.throughline.events.campaign.Tracking;
import io.throughline.events.enrollment.OutreachMessage;
import io.throughline.jobs.outreach.ArrivalStore.Arrival;
import io.throughline.jobs.privacy.ErasureStore;
import io.throughline.jobs.queue.JobStore;
import io.throughline.jobs.queue.NewJob;
import io.throughline.platform.events.Batches;
import io.throughline.platform.events.InboundEvent;
import io.throughline.platform.events.InboundEvent.Rejection;
import io.throughline.platform.events.Json;
import io.throughline.platform.time.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Messages to be sent, from {@code outreach.messages.v1}. Four statements per batch: who is forgotten, those that are new, and the jobs
 * that send them, in one transaction. A message is known by its id and by (enrollment, step).
 */
@ApplicationScoped
public class OutreachMessages {

    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final Batches batches;
    private final Json json;
    private final ArrivalStore messages;
    private final JobStore jobs;
    private final ErasureStore erasures;

    OutreachMessages(Batches batches, Json json, ArrivalStore messages, JobStore jobs, ErasureStore erasures) {
        this.batches = batches;
        this.json = json;
        this.messages = messages;
        this.jobs = jobs;
        this.erasures = erasures;
    }

    @Incoming("outreach-messages")
    @Blocking
    public void take(ConsumerRecords<String, byte[]> records) {
        batches.take(records, this::queue);
    }

    private static final class Jobs {
        private final Map<Group, Integer> sizes = new HashMap<>();
        private final Map<Group, UUID> latest = new HashMap<>();
        private final Map<UUID, Group> all = new HashMap<>();

        UUID of(Group group) {
            if (sizes.merge(group, 1, Integer::sum) % Group.LARGEST == 1) {
                latest.put(group, Ids.next());
                all.put(latest.get(group), group);
            }
            return latest.get(group);
        }
    }

    void queue(List<InboundEvent> events) {
        Jobs wanted = new Jobs();
        List<Arrival> arrivals = new ArrayList<>(events.size());
        List<OutreachMessage> read = events.stream().map(this::read).toList();
        Set<UUID> erased =
                erasures.erased(read.stream().map(OutreachMessage::contactId).toList());
        for (int i = 0; i < events.size(); i++) {
            InboundEvent event = events.get(i);
            OutreachMessage message = erased.contains(read.get(i).contactId()) ? blank(read.get(i)) : read.get(i);
            arrivals.add(new Arrival(
                    event.tenantId(),
                    wanted.of(new Group(event.tenantId(), message.instanceId(), message.channel())),
                    message));
        }
        List<NewJob> needed = new ArrayList<>();
        messages.add(arrivals)
                .forEach((jobId, count) -> needed.add(wanted.all.get(jobId).job(jobId, Group.NOBODY, count)));
        if (!needed.isEmpty()) {
            jobs.enqueueAll(needed);
        }
    }

    /** What can't be sent is accepted all the same, to end as failed; what can't be kept is refused. */
    private OutreachMessage read(InboundEvent event) {
        OutreachMessage read = event.value(json, OutreachMessage.class);
        if (Stream.of(read.messageId(), read.enrollmentId(), read.instanceId(), read.contactId(), read.channel())
                        .anyMatch(each -> each == null)
                || read.stepNumber() < 1) {
            throw new Rejection(
                    "validation_failed",
                    "messageId, enrollmentId, instanceId, contactId, channel and stepNumber (from 1) are needed");
        }
        OutreachMessage message = new OutreachMessage(
                read.messageId(),
                read.enrollmentId(),
                read.instanceId(),
                read.contactId(),
                read.channel(),
                read.stepNumber(),
                orEmpty(read.sender()),
                orEmpty(read.recipient()),
                orEmpty(read.subject()),
                orEmpty(read.body()),
                read.html(),
                read.recipientHash(),
                read.tracking() == null ? Tracking.ALL : read.tracking(),
                read.variant());
        if (Stream.of(
                        message.channel(),
                        message.sender(),
                        message.recipient(),
                        message.subject(),
                        message.body(),
                        orEmpty(message.html()))
                .anyMatch(text -> text.indexOf('\0') >= 0)) {
            throw new Rejection("validation_failed", "a text has the character U+0000 in it");
        }
        if (message.recipientHash() != null
                && !HASH.matcher(message.recipientHash()).matches()) {
            throw new Rejection("validation_failed", "recipientHash must have 64 hexadecimal digits");
        }
        return message;
    }

    /** To somebody who was to be forgotten meanwhile: keeps its place in the ledger, and ends as failed. */
    private static OutreachMessage blank(OutreachMessage message) {
        return new OutreachMessage(
                message.messageId(),
                message.enrollmentId(),
                message.instanceId(),
                message.contactId(),
                message.channel(),
                message.stepNumber(),
                message.sender(),
                "",
                "",
                "",
                null,
                message.recipientHash(),
                message.tracking(),
                message.variant());
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
