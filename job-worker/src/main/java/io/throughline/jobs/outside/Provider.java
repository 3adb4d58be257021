package io.throughline.jobs.outside;

import io.throughline.jobs.outside.Exchange.Reply;
import io.throughline.jobs.outside.OutsideFailure.Later;
import io.throughline.jobs.outside.OutsideFailure.Reach;
import io.throughline.jobs.outside.OutsideFailure.Refused;
import io.throughline.jobs.outside.OutsideFailure.Unavailable;
import io.throughline.jobs.outside.OutsideSettings.Method;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** One provider. Calls block; they belong on virtual threads. */
public final class Provider implements AutoCloseable {

    private final OutsideSettings.Provider settings;
    private final Quota quota;
    private final Circuit circuit;
    private final Exchange exchange;
    private final RetryBudget budget;
    private final CallMeters meters;
    private final Clock clock;
    private final RandomGenerator random;

    Provider(
            OutsideSettings.Provider settings,
            Quota quota,
            Circuit circuit,
            Exchange exchange,
            CallMeters meters,
            Clock clock,
            RandomGenerator random) {
        this.settings = settings;
        this.quota = quota;
        this.circuit = circuit;
        this.exchange = exchange;
        this.budget = new RetryBudget(settings.retryRatio());
        this.meters = meters;
        this.clock = clock;
        this.random = random;
    }

    /** How the caller waits; throws what it likes when it is to stop. */
    @FunctionalInterface
    public interface Pause {
        void pause(Duration time) throws InterruptedException;
    }

    /** @throws OutsideFailure when there is no answer */
    public Answer call(Ask ask, Pause pause) throws InterruptedException {
        return call(exchange.request(ask), pause);
    }

    /** @throws OutsideFailure when it was not taken, or nobody knows */
    Answer call(HttpRequest request, Pause pause) throws InterruptedException {
        budget.earn();
        Unavailable failure = null;
        for (int retry = 0; ; retry++) {
            awaitRest(pause);
            try {
                return circuit.within(() -> once(request, pause));
            } catch (Later e) {
                meters.putOff();
                // A try was made, and the caller is to count it: nobody asks a failing provider for ever.
                throw failure == null ? e : failure;
            } catch (Unavailable e) {
                failure = e;
                boolean again = settings.method() == Method.GET
                        && retry < settings.retries()
                        && quota.paused().compareTo(settings.patience()) <= 0;
                if (!again || !budget.spend()) {
                    throw e;
                }
            }
            meters.retried();
            pause.pause(Duration.ofMillis(random.nextLong((settings.backoff().toMillis() << Math.min(retry, 10)) + 1)));
        }
    }

    private void awaitRest(Pause pause) throws InterruptedException {
        Duration rest = circuit.rest();
        if (rest.isPositive() && rest.compareTo(settings.patience()) <= 0) {
            pause.pause(rest);
        }
    }

    private Answer once(HttpRequest request, Pause pause) throws Exception {
        Reply reply;
        try (Quota.Place place = quota.take(pause)) {
            reply = circuit.guard(() -> send(request, place), Reply.class);
        }
        return switch (Meaning.of(reply.status())) {
            case ANSWERED, NOTHING -> new Answer(reply.status(), reply.body());
            case THROTTLED -> {
                quota.pause(RetryAfter.of(reply.retryAfter(), clock).orElse(RetryAfter.UNSAID));
                throw new Unavailable(said(reply), Reach.ANSWERED);
            }
            case UNAVAILABLE -> throw new Unavailable(said(reply), Reach.ANSWERED);
            case REFUSED -> throw new Refused(said(reply));
        };
    }

    /** Throws what says that the provider is not well; the rest is the caller's matter. */
    private Reply send(HttpRequest request, Quota.Place place) throws InterruptedException {
        place.used();
        long begun = System.nanoTime();
        Meaning meaning = Meaning.UNAVAILABLE;
        try {
            Reply reply = exchange.send(request);
            meaning = Meaning.of(reply.status());
            if (reply.status() / 100 == 2) {
                place.costs(settings.costPerCall());
                meters.cost(settings.costPerCall());
            }
            if (meaning == Meaning.UNAVAILABLE) {
                RetryAfter.of(reply.retryAfter(), clock).ifPresent(quota::pause);
                throw new Unavailable(said(reply), Reach.ANSWERED);
            }
            return reply;
        } catch (Refused e) {
            meaning = Meaning.REFUSED;
            throw e;
        } finally {
            meters.called(meaning, System.nanoTime() - begun);
        }
    }

    private static String said(Reply reply) {
        return "the provider answered " + reply.status();
    }

    /** Of a status. */
    enum Meaning {
        ANSWERED,
        NOTHING,
        THROTTLED,
        UNAVAILABLE,
        REFUSED;

        static Meaning of(int status) {
            return switch (status) {
                case 204, 404, 410 -> NOTHING;
                case 429 -> THROTTLED;
                case 408, 425 -> UNAVAILABLE;
                default -> status / 100 == 2 ? ANSWERED : status >= 500 ? UNAVAILABLE : REFUSED;
            };
        }
    }

    @Override
    public void close() {
        exchange.close();
    }
}
