package io.throughline.jobs.outside;

/**
 * Every call earns a part of a retry. A little is there from the beginning, and little is saved, so that a provider that
 * fails after a good day is not met with a storm.
 */
final class RetryBudget {

    private static final double FIRST = 1;
    private static final double MOST = 10;

    private final double ratio;
    private double balance = FIRST;

    RetryBudget(double ratio) {
        this.ratio = ratio;
    }

    synchronized void earn() {
        balance = Math.min(MOST, balance + ratio);
    }

    synchronized boolean spend() {
        if (balance < 1) {
            return false;
        }
        balance -= 1;
        return true;
    }
}
