package io.throughline.jobs.outreach;

import io.throughline.jobs.outreach.Carrier.Line;
import io.throughline.jobs.outreach.Carrier.Terms;
import io.throughline.jobs.outreach.MessageStore.Letter;
import io.throughline.jobs.outreach.MessageStore.Result;
import io.throughline.jobs.outreach.MessageStore.Standing;
import io.throughline.jobs.queue.JobFailure;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import io.throughline.platform.sql.SqlFailure;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;

/** One run of an outreach job: chunk by chunk, each on a line of its own for that time. */
final class Sending {

    private static final Logger LOG = Logger.getLogger(Sending.class);

    /** What may be unknown, per connection, when the worker dies. */
    private static final int CHUNK = 10;
    /** With a slow server the rest of a chunk goes back to the queue, so that leases and drains see short chunks. */
    private static final Duration LONGEST_CHUNK = Duration.ofSeconds(60);

    /** A slow chunk sees that its instance was paused. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final int LONGEST_DOUBLING = 5;
    /** Shorter waits are spent in the run; for longer ones the job is put aside, to within a heartbeat of the worker. */
    private static final Duration SHORT_WAIT = Duration.ofSeconds(5);

    private static final Duration SOON = Duration.ofMillis(200);
    private static final int RECORDING_TRIES = 20;

    private final Work<?> work;
    private final MessageStore messages;
    private final WithheldStore withheld;
    private final Carrier carrier;
    private final Terms terms;
    private final Clock clock;
    private long done;
    private long total;
    private boolean checkpointed;
    private Absence absence;

    /** The server takes nothing. @param failures in a row */
    private record Absence(String reason, long sinceNanos, int failures) {

        Absence again(String latest) {
            return new Absence(latest, sinceNanos, failures + 1);
        }

        boolean longerThan(Duration time) {
            return System.nanoTime() - sinceNanos > time.toNanos();
        }

        Duration pause() {
            return SOON.multipliedBy(1L << Math.min(failures - 1, LONGEST_DOUBLING));
        }
    }

    Sending(Work<?> work, MessageStore messages, WithheldStore withheld, Carrier carrier, Clock clock) {
        this.work = work;
        this.messages = messages;
        this.withheld = withheld;
        this.carrier = carrier;
        this.terms = carrier.terms();
        this.clock = clock;
    }

    /** Counts by the events told. */
    record Sent(long sent, long rejected, long unknown, long failed, long suppressed, long skipped, long held) {

        /** @param held which another job will send when their instance goes on */
        static Sent of(Standing standing, long held) {
            return new Sent(
                    standing.sent(),
                    standing.bounced(),
                    standing.unknown(),
                    standing.failed(),
                    standing.suppressed(),
                    standing.skipped(),
                    held);
        }
    }

    Outcome run() throws InterruptedException {
        while (true) {
            Standing standing = messages.standing(work, carrier.channels(), clock.instant());
            total = standing.total();
            done = total - standing.undecided();
            work.progress(done, total);
            if (standing.undecided() == 0) {
                return new Outcome.Completed(Sent.of(standing, 0));
            }
            if (standing.undecided() == standing.held()) {
                int held = withheld.hold(work);
                if (held > 0) {
                    return new Outcome.Completed(Sent.of(standing, held));
                }
                continue;
            }
            Duration wait = Duration.ofMillis(Math.max(1, standing.waitMillis()));
            if (standing.due() > 0) {
                sendDue();
                if (absence != null) {
                    return putAside();
                }
            } else if (wait.compareTo(SHORT_WAIT) > 0) {
                return work.detach(wait);
            } else {
                work.pause(wait);
            }
        }
    }

    /** Until nothing is due, or the server has been away for longer than a run waits. */
    private void sendDue() throws InterruptedException {
        int begun;
        do {
            work.stopIfAsked();
            begun = sendChunk();
            if (absence != null) {
                if (absence.longerThan(terms.patience())) {
                    return;
                }
                work.pause(absence.pause());
            }
        } while (begun == CHUNK || absence != null);
    }

    private int sendChunk() throws InterruptedException {
        List<Letter> chunk;
        try (Line line = carrier.borrow()) {
            work.stopIfAsked();
            chunk = messages.begin(work, CHUNK);
            if (chunk.isEmpty()) {
                absence = null;
            } else {
                send(chunk, line);
            }
        } catch (Unreachable e) {
            away(e.getMessage());
            return 0;
        }
        if (!checkpointed && !chunk.isEmpty()) {
            checkpointed = true;
            work.saveCheckpoint(new Progress(done));
        }
        return chunk.size();
    }

    /** Kept so that a worker's death later on is not held against the job; the ledger itself is what it resumes from. */
    private record Progress(long done) {}

    private void send(List<Letter> chunk, Line line) throws InterruptedException {
        Deque<Letter> ahead = new ArrayDeque<>(chunk);
        List<Result> results = new ArrayList<>();
        long began = System.nanoTime();
        long looked = began;
        try {
            while (!ahead.isEmpty() && line.usable() && System.nanoTime() - began < LONGEST_CHUNK.toNanos()) {
                line.awaitTurn();
                work.stopIfAsked();
                if (System.nanoTime() - looked > LOOK.toNanos()) {
                    looked = System.nanoTime();
                    if (withheld.standsStill(ahead.peek().instanceId())) {
                        break;
                    }
                }
                Letter letter = ahead.poll(); // should sending end in an Error, it is left as it is: to become unknown
                results.add(result(letter, line.send(letter)));
            }
        } finally {
            ahead.forEach(letter -> results.add(queued(letter, null, false, Duration.ZERO)));
            record(results);
        }
    }

    private Result result(Letter letter, Delivery delivery) {
        switch (delivery) {
            case Delivery.Accepted _, Delivery.Refused _, Delivery.Impossible _, Delivery.Deferred _ -> absence = null;
            case Delivery.CutOff(String reason) -> away(reason);
            case Delivery.TurnedAway(String reply) -> away(reply);
            // A server that dies of every mail must not make all of them unknown within seconds.
            case Delivery.Uncertain(String reason) -> away(reason);
            case Delivery.Unanswered(String reason) -> away(reason);
        }
        return switch (delivery) {
            case Delivery.Accepted(String reply) -> decided(letter, MessageStatus.SENT, "sent", reply);
            case Delivery.Refused(String reply, Bounce bounce) ->
                new Result(
                        letter.messageId(),
                        MessageStatus.REJECTED,
                        "bounced",
                        bounce,
                        reply,
                        true,
                        Duration.ZERO,
                        clock.instant());
            case Delivery.Impossible(String reason) -> decided(letter, MessageStatus.REJECTED, "failed", reason);
            case Delivery.Deferred(String reply) ->
                hasTriesLeft(letter)
                        ? queued(letter, reply, true, deferral(letter.attempt()))
                        : decided(
                                letter,
                                MessageStatus.REJECTED,
                                "failed",
                                "put off " + terms.tries() + " times: " + reply);
            // The first time at once, on another connection; then others go first, should it be due to this one.
            case Delivery.CutOff(String reason) ->
                queued(letter, reason, true, letter.attempt() == 0 ? Duration.ZERO : deferral(letter.attempt()));
            case Delivery.TurnedAway(String reply) -> queued(letter, reply, false, Duration.ZERO);
            case Delivery.Uncertain(String reason) -> decided(letter, MessageStatus.UNKNOWN, "unknown", reason);
            case Delivery.Unanswered(String reason) ->
                hasTriesLeft(letter)
                        ? queued(letter, reason, true, deferral(letter.attempt()))
                        : decided(letter, MessageStatus.UNKNOWN, "unknown", reason);
        };
    }

    private boolean hasTriesLeft(Letter letter) {
        return letter.attempt() + 1 < terms.tries();
    }

    private Result decided(Letter letter, MessageStatus status, String event, String detail) {
        return new Result(letter.messageId(), status, event, null, detail, true, Duration.ZERO, clock.instant());
    }

    private static Result queued(Letter letter, String detail, boolean counted, Duration delay) {
        return new Result(letter.messageId(), MessageStatus.QUEUED, null, null, detail, counted, delay, null);
    }

    private Duration deferral(int attempt) {
        return terms.deferral().multipliedBy(1L << Math.min(attempt, LONGEST_DOUBLING));
    }

    /** A database that is away for a moment must not make mails unknown that are not. */
    private void record(List<Result> results) throws InterruptedException {
        for (int tries = 1; ; tries++) {
            try {
                done += messages.settle(work, results);
                work.progress(done, total);
                return;
            } catch (SqlFailure e) {
                if (!SqlFailure.mayPass(e) || tries == RECORDING_TRIES) {
                    throw e;
                }
                LOG.warnf("What became of mails waits to be recorded; job=%s reason=%s", work.jobId(), e.getMessage());
                Thread.sleep(SOON.multipliedBy(Math.min(tries, LONGEST_DOUBLING)));
            }
        }
    }

    private void away(String reason) {
        absence = absence == null ? new Absence(reason, System.nanoTime(), 1) : absence.again(reason);
    }

    /** The job waits without a worker and without losing attempts, the reason shown with each message. */
    private Outcome putAside() {
        String reason = terms.unavailable() + ": " + absence.reason();
        boolean tooLong = messages.park(work.jobId(), reason, terms.giveUp());
        LOG.warnf("Nobody takes the messages; job=%s reason=%s", work.jobId(), absence.reason());
        if (tooLong) {
            throw JobFailure.permanent(
                    terms.unavailable(), absence.reason() + " Its messages stay queued; retry sends them.");
        }
        return work.detach(terms.absence());
    }
}
