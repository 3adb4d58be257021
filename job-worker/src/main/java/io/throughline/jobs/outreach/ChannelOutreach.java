package io.throughline.jobs.outreach;

import io.throughline.jobs.channel.ChannelSettings;
import io.throughline.jobs.channel.Channels;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;

/** Sends the messages of a channel other than email that belong to the job: apart from mails, which a slow endpoint must not hold up. */
@Singleton
class ChannelOutreach implements JobType<ChannelOutreach.Parameters> {

    static final String NAME = "channel_outreach";

    /** They wait for endpoints most of their time. */
    private static final int AT_A_TIME = 16;

    private final MessageStore messages;
    private final WithheldStore withheld;
    private final Channels channels;
    private final ChannelSettings settings;
    private final Links links;
    private final Clock clock;

    ChannelOutreach(
            MessageStore messages,
            WithheldStore withheld,
            Channels channels,
            ChannelSettings settings,
            Links links,
            Clock clock) {
        this.messages = messages;
        this.withheld = withheld;
        this.channels = channels;
        this.settings = settings;
        this.links = links;
        this.clock = clock;
    }

    /** The messages themselves are rows that carry the job's id, all of one channel. */
    record Parameters(UUID instanceId, String channel, long messages) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    @Override
    public int concurrency() {
        return AT_A_TIME;
    }

    @Override
    public boolean requestable() {
        return false;
    }

    @Override
    public Outcome run(Work<Parameters> work) throws InterruptedException {
        Carrier endpoint = new EndpointCarrier(work, work.parameters().channel(), channels, settings, links, clock);
        return new Sending(work, messages, withheld, endpoint, clock).run();
    }
}
