package io.throughline.jobs.outreach;

import io.throughline.jobs.queue.Chore;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;

/** Sends the mails that belong to the job. Nobody asks for one; they are made of {@code outreach.messages.v1}. */
@Singleton
class Outreach implements JobType<Outreach.Parameters> {

    static final String NAME = "outreach";

    private final MessageStore messages;
    private final WithheldStore withheld;
    private final Connections connections;
    private final SmtpSettings settings;
    private final Clock clock;

    Outreach(
            MessageStore messages,
            WithheldStore withheld,
            Connections connections,
            SmtpSettings settings,
            Clock clock) {
        this.messages = messages;
        this.withheld = withheld;
        this.connections = connections;
        this.settings = settings;
        this.clock = clock;
    }

    /** For those who look at the job; the messages themselves are rows that carry its id. */
    record Parameters(UUID instanceId, long messages) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    /** Twice the connections, so that jobs which wait for a mail that was put off do not leave one unused. */
    @Override
    public int concurrency() {
        return 2 * settings.connections();
    }

    @Override
    public boolean requestable() {
        return false;
    }

    @Override
    public Outcome run(Work<Parameters> work) throws InterruptedException {
        return new Sending(work, messages, withheld, connections, clock).run();
    }

    /** Messages of jobs that were cancelled or died, and so are not run again, do not stay on their way for ever. */
    @Singleton
    static class Forgotten implements Chore {

        private final MessageStore messages;
        private final Clock clock;

        Forgotten(MessageStore messages, Clock clock) {
            this.messages = messages;
            this.clock = clock;
        }

        @Override
        public void run() {
            messages.forget(clock.instant());
        }
    }
}
