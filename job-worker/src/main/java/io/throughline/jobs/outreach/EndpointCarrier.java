package io.throughline.jobs.outreach;

import io.throughline.jobs.channel.ChannelSettings;
import io.throughline.jobs.channel.Channels;
import io.throughline.jobs.channel.Channels.Channel;
import io.throughline.jobs.outreach.MessageStore.Letter;
import io.throughline.jobs.outside.Answer;
import io.throughline.jobs.outside.OutsideFailure;
import io.throughline.jobs.queue.Work;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Messages of one channel to the tenant's endpoint, at least once: the webhook's id is the message's, in every attempt. So one that
 * nobody answered, or whose worker died, is sent again, and is unknown only when the last try was not answered either.
 */
final class EndpointCarrier implements Carrier {

    static final String EVENT = "outreach.message";

    private final Work<?> work;
    private final String channel;
    private final Channels channels;
    private final ChannelSettings settings;
    private final Links links;
    private final Clock clock;

    EndpointCarrier(
            Work<?> work, String channel, Channels channels, ChannelSettings settings, Links links, Clock clock) {
        this.work = work;
        this.channel = channel;
        this.channels = channels;
        this.settings = settings;
        this.links = links;
        this.clock = clock;
    }

    @Override
    public Set<String> channels() {
        return channels.has(work.tenantId(), channel) ? Set.of(channel) : Set.of();
    }

    @Override
    public Line borrow() {
        return new ToEndpoint(channels.of(work.tenantId(), channel));
    }

    @Override
    public Terms terms() {
        return new Terms(
                "endpoint_unavailable",
                settings.tries(),
                settings.deferral(),
                settings.patience(),
                settings.absence(),
                settings.giveUp());
    }

    /**
     * What the endpoint is told.
     *
     * @param recipient the contact's email address: what else is known of them is to be had by their id
     * @param subject empty when the step has none
     * @param variant null: the step has none
     */
    private record Told(
            UUID messageId,
            UUID instanceId,
            UUID enrollmentId,
            UUID contactId,
            String channel,
            int stepNumber,
            String variant,
            String sender,
            String recipient,
            String subject,
            String body) {

        static Told of(Letter letter, String body) {
            return new Told(
                    letter.messageId(),
                    letter.instanceId(),
                    letter.enrollmentId(),
                    letter.contactId(),
                    letter.channel(),
                    letter.stepNumber(),
                    letter.variant(),
                    letter.sender(),
                    letter.recipient(),
                    letter.subject(),
                    body);
        }
    }

    private final class ToEndpoint implements Line {

        private final Optional<Channel> endpoint;
        private boolean usable = true;

        private ToEndpoint(Optional<Channel> endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        public boolean usable() {
            return usable;
        }

        /** The endpoint's quota sees to it. */
        @Override
        public void awaitTurn() {}

        @Override
        public Delivery send(Letter letter) throws InterruptedException {
            if (endpoint.isEmpty()) {
                return new Delivery.Impossible("nothing here sends by " + channel);
            }
            if (letter.recipient().isEmpty()) {
                return new Delivery.Impossible("it has no recipient");
            }
            try {
                return judge(endpoint.get()
                        .send(
                                letter.messageId().toString(),
                                EVENT,
                                Told.of(letter, Content.plain(letter, links, clock.instant())),
                                work::pause));
            } catch (OutsideFailure failure) {
                return judge(failure);
            }
        }

        private Delivery judge(Answer answer) {
            String said = "the endpoint answered " + answer.status();
            return answer.status() / 100 == 2 ? new Delivery.Accepted(said) : new Delivery.Impossible(said);
        }

        private Delivery judge(OutsideFailure failure) {
            return switch (failure) {
                case OutsideFailure.Refused refused -> new Delivery.Impossible(refused.getMessage());
                case OutsideFailure.Later later -> {
                    usable = false;
                    yield new Delivery.TurnedAway(later.getMessage());
                }
                case OutsideFailure.Unavailable unavailable -> {
                    usable = unavailable.reach() == OutsideFailure.Reach.ANSWERED;
                    yield switch (unavailable.reach()) {
                        case NOT_CONNECTED -> new Delivery.TurnedAway(unavailable.getMessage());
                        case UNANSWERED -> new Delivery.Unanswered(unavailable.getMessage());
                        case ANSWERED -> new Delivery.Deferred(unavailable.getMessage());
                    };
                }
            };
        }

        @Override
        public void close() {}
    }
}
