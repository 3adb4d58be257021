package io.throughline.jobs.outreach;

import io.throughline.jobs.outreach.Connections.Borrowed;
import io.throughline.jobs.outreach.MessageStore.Letter;
import io.throughline.jobs.queue.JobFailure;
import io.throughline.jobs.queue.JobType;
import io.throughline.jobs.queue.Outcome;
import io.throughline.jobs.queue.Work;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * A mail for its author's eyes, marked {@code [Test]}: in no ledger and no report, without links of ours. It is sent again when
 * the server put it off, and not when it may have arrived.
 */
@Singleton
class TestMail implements JobType<TestMail.Parameters> {

    private static final int LONGEST_SUBJECT = 998;
    private static final int LONGEST_PART = 150_000;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Connections connections;

    TestMail(Connections connections) {
        this.connections = connections;
    }

    /** @param html null: plain text only */
    record Parameters(String sender, String to, String subject, String body, String html) {
        Parameters {
            require("sender", sender, LONGEST_SUBJECT);
            require("to", to, LONGEST_SUBJECT);
            require("subject", subject, LONGEST_SUBJECT);
            require("body", body, LONGEST_PART);
            if (html != null) {
                require("html", html, LONGEST_PART);
            }
        }

        private static void require(String name, String value, int longest) {
            if (value == null || value.length() > longest) {
                throw new IllegalArgumentException(name + " must have 1 to " + longest + " characters");
            }
        }
    }

    private record Sent(String reply) {}

    @Override
    public String name() {
        return "test_mail";
    }

    @Override
    public Class<Parameters> parameters() {
        return Parameters.class;
    }

    @Override
    public Duration timeLimit() {
        return LIMIT;
    }

    @Override
    public Outcome run(Work<Parameters> work) throws InterruptedException {
        Parameters mail = work.parameters();
        Letter letter = new Letter(
                work.jobId(),
                null,
                null,
                null,
                null,
                "email",
                0,
                null,
                mail.sender(),
                mail.to(),
                "[Test] " + mail.subject(),
                mail.body(),
                mail.html(),
                false,
                false,
                0);
        try (Borrowed borrowed = connections.borrow()) {
            work.stopIfAsked();
            return outcome(borrowed.send(letter));
        } catch (Unreachable e) {
            throw JobFailure.passing("smtp_unavailable", e.getMessage());
        }
    }

    private static Outcome outcome(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Accepted(String reply) -> new Outcome.Completed(new Sent(reply));
            case Delivery.Refused(String reply, Bounce _) -> throw JobFailure.permanent("refused", reply);
            case Delivery.Impossible(String reason) -> throw JobFailure.permanent("impossible", reason);
            case Delivery.Uncertain(String reason) -> throw JobFailure.permanent("unknown", reason);
            case Delivery.Unanswered(String reason) -> throw JobFailure.passing("smtp_unavailable", reason);
            case Delivery.Deferred(String reply) -> throw JobFailure.passing("put_off", reply);
            case Delivery.CutOff(String reason) -> throw JobFailure.passing("smtp_unavailable", reason);
            case Delivery.TurnedAway(String reply) -> throw JobFailure.passing("smtp_unavailable", reply);
        };
    }
}
