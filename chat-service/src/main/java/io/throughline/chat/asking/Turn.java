package io.throughline.chat.asking;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.throughline.chat.asking.Answerer.Tokens;
import io.throughline.chat.budget.Standing;
import io.throughline.chat.tool.Action;
import io.throughline.platform.access.Caller;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CancellationException;

/**
 * A question on its way to a reply, apart from whoever reads along: readers come, go and come back by the message's id.
 *
 * <pre>{@code
 * stateDiagram-v2
 *   answering --> keeping: the reply is whole
 *   answering --> ended: failed, or cancelled
 *   keeping --> ended: stored, or not
 * }</pre>
 */
final class Turn implements Answerer.Listener {

    private enum State {
        ANSWERING,
        KEEPING,
        ENDED
    }

    private final UUID messageId;
    private final Caller caller;
    private final Standing standing;
    private final List<Event> events = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private State state = State.ANSWERING;
    private Tokens spent = Tokens.NONE;
    private Thread worker;
    private boolean cancelled;
    private int nudges;
    private Reply reply;
    private RuntimeException failure;

    /** @param standing what is left of the caller's budget as it begins */
    Turn(UUID messageId, Caller caller, Standing standing) {
        this.messageId = messageId;
        this.caller = caller;
        this.standing = standing;
    }

    /**
     * What was asked for, word for word.
     *
     * @param actions at most one
     * @param budget what is left; absent when the reply is read again later
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Reply(
            String reply,
            UUID conversationId,
            UUID messageId,
            String model,
            boolean cached,
            Usage usage,
            List<Action> actions,
            Standing budget) {}

    record Usage(long inputTokens, long outputTokens, BigDecimal costUsd) {

        static Usage of(Tokens tokens) {
            return new Usage(tokens.inputTokens(), tokens.outputTokens(), BigDecimal.valueOf(tokens.costMicros(), 6));
        }
    }

    /** @param offset characters of the reply that were told with it and before it */
    record Event(int number, String name, Object data, int offset) {}

    UUID messageId() {
        return messageId;
    }

    Standing standing() {
        return standing;
    }

    boolean isOf(Caller other) {
        return caller.tenantId().equals(other.tenantId()) && caller.userId().equals(other.userId());
    }

    @Override
    public synchronized void token(String piece) {
        text.append(piece);
        tell("token", Map.of("text", piece));
    }

    @Override
    public synchronized void tool(String name, boolean failed) {
        tell("tool", Map.of("name", name, "failed", failed));
    }

    @Override
    public synchronized void spent(Tokens tokens) {
        spent = spent.plus(tokens);
    }

    synchronized void action(Action action) {
        tell("action", action);
    }

    synchronized Tokens spent() {
        return spent;
    }

    synchronized String text() {
        return text.toString();
    }

    /** Events after the first {@code seen}; waits for one, and comes back empty when none came, at a nudge or at the end. */
    synchronized List<Event> after(int seen, Duration wait) throws InterruptedException {
        long until = System.nanoTime() + wait.toNanos();
        int began = nudges;
        while (events.size() <= seen && state != State.ENDED && nudges == began) {
            long left = (until - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return events.size() <= seen ? List.of() : List.copyOf(events.subList(seen, events.size()));
    }

    synchronized boolean hasEnded() {
        return state == State.ENDED;
    }

    /** Waits for the end. @throws RuntimeException what the turn failed with */
    synchronized Reply await() throws InterruptedException {
        while (state != State.ENDED) {
            wait();
        }
        if (failure != null) {
            throw failure;
        }
        return reply;
    }

    /** The calling thread works on it from now on. @throws CancellationException when it was cancelled already */
    synchronized void begin() {
        if (cancelled) {
            throw new CancellationException("cancelled before it began");
        }
        worker = Thread.currentThread();
    }

    /** From here on it is stored and cannot be cancelled. @throws CancellationException when it was */
    synchronized void keeping() {
        worker = null;
        Thread.interrupted();
        if (cancelled) {
            throw new CancellationException("cancelled");
        }
        state = State.KEEPING;
    }

    synchronized void done(Reply kept) {
        reply = kept;
        tell("done", kept);
        end();
    }

    /** @param problem the event's data */
    synchronized void failed(RuntimeException why, Object problem) {
        worker = null;
        Thread.interrupted();
        failure = why;
        tell("error", problem);
        end();
    }

    private void end() {
        state = State.ENDED;
        notifyAll();
    }

    /** Frees the provider's call at once. False when there is nothing to cancel any more. */
    synchronized boolean cancel() {
        if (state != State.ANSWERING) {
            return false;
        }
        cancelled = true;
        if (worker != null) {
            worker.interrupt();
        }
        return true;
    }

    synchronized boolean isCancelled() {
        return cancelled;
    }

    /** Lets readers look again whether they are still wanted. */
    synchronized void nudge() {
        nudges++;
        notifyAll();
    }

    private void tell(String name, Object data) {
        events.add(new Event(events.size() + 1, name, data, text.length()));
        notifyAll();
    }
}
