package io.throughline.jobs.outreach;

import io.throughline.jobs.queue.NewJob;
import java.util.UUID;

/** Messages that go together: one job sends those of one group. */
record Group(UUID tenantId, UUID instanceId, String channel) {

    /** A batch from Kafka has up to 2,000; in jobs of a quarter of that, four connections share it. */
    static final int LARGEST = 500;

    /** Who asked for what an event asks for. */
    static final UUID NOBODY = new UUID(0, 0);

    NewJob job(UUID id, UUID userId, long messages) {
        return channel.equals("email")
                ? NewJob.of(id, tenantId, userId, Outreach.NAME, new Outreach.Parameters(instanceId, messages))
                : NewJob.of(
                        id,
                        tenantId,
                        userId,
                        ChannelOutreach.NAME,
                        new ChannelOutreach.Parameters(instanceId, channel, messages));
    }
}
