package io.throughline.jobs.outreach;

import java.time.Duration;

/** So many mails a second and no more, evenly: each takes the next free moment, whichever connection it goes by. */
final class SendingPace {

    private final long gapNanos;
    private long next = Long.MIN_VALUE;

    SendingPace(int perSecond) {
        if (perSecond < 1) {
            throw new IllegalArgumentException("throughline.smtp.rate must be 1 at least");
        }
        this.gapNanos = Duration.ofSeconds(1).toNanos() / perSecond;
    }

    /** How long the next mail has to wait; its moment is taken. */
    synchronized Duration take(long nowNanos) {
        long moment = next == Long.MIN_VALUE || next - nowNanos < 0 ? nowNanos : next;
        next = moment + gapNanos;
        return Duration.ofNanos(moment - nowNanos);
    }
}
