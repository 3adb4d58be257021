package io.throughline.enrollment.sequence;

import jakarta.inject.Singleton;

/** The sequence loop, turned by hand from tests of other features. */
@Singleton
public class Turns {

    private final SequenceLoop loop;

    Turns(SequenceLoop loop) {
        this.loop = loop;
    }

    public void drain() {
        while (loop.runOnce() > 0) {
            // until nothing is due
        }
    }
}
