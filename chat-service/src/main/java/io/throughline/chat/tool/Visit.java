package io.throughline.chat.tool;

import io.throughline.platform.access.Caller;
import java.util.ArrayList;
import java.util.List;

/** A caller's walk through the suite for one answer: with their key, remembering what was read and proposed. */
public final class Visit {

    private final Caller caller;
    private final String apiKey;
    private final List<Read> reads = new ArrayList<>();
    private Action action;
    private boolean repeatable = true;

    /** @param apiKey the caller's own. Never log it. */
    public Visit(Caller caller, String apiKey) {
        this.caller = caller;
        this.apiKey = apiKey;
    }

    public Caller caller() {
        return caller;
    }

    String apiKey() {
        return apiKey;
    }

    public List<Read> reads() {
        return List.copyOf(reads);
    }

    /** What the answer proposes to do; null when it proposes nothing. */
    public Action action() {
        return action;
    }

    /** Whether the same reads would lead to the same answer: nothing failed and nothing was proposed. */
    public boolean repeatable() {
        return repeatable && action == null;
    }

    void read(Read read) {
        reads.add(read);
    }

    void failed() {
        repeatable = false;
    }

    void propose(Action proposed) {
        action = proposed;
    }
}
