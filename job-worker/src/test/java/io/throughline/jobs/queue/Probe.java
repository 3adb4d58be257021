package io.throughline.jobs.queue;

import io.throughline.platform.time.Ids;
import java.util.Map;

/** A job type of a test's own: no worker but those of the test knows it. */
record Probe(String name, int concurrency, Body body) implements JobType<Map<String, Object>> {

    @FunctionalInterface
    interface Body {
        Outcome run(Work<Map<String, Object>> work) throws Exception;
    }

    static Probe that(Body body) {
        return new Probe("probe_" + Ids.next(), 100, body);
    }

    Probe atMost(int at) {
        return new Probe(name, at, body);
    }

    @Override
    @SuppressWarnings("unchecked")
    public Class<Map<String, Object>> parameters() {
        return (Class<Map<String, Object>>) (Class<?>) Map.class;
    }

    @Override
    public Outcome run(Work<Map<String, Object>> work) throws Exception {
        return body.run(work);
    }
}
