package io.throughline.chat.asking;

import io.throughline.chat.asking.AnswerCache.Kept;
import io.throughline.platform.http.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/**
 * Of several who ask the same at once, one computes; the others wait for what it finds. A failure is theirs, too, rather
 * than a queue of failures; when the one is cancelled, the next of them computes.
 */
final class Flights {

    private final Map<String, CompletableFuture<Optional<Kept>>> underWay = new ConcurrentHashMap<>();

    /** What came of waiting: the shared answer, or, empty, that there is none and the caller has to compute alone. */
    record Waited(Optional<Kept> kept) {}

    /**
     * @param compute run by the one; completes the future with what can be shared, empty when nothing can
     * @return empty when this caller was the one
     */
    Optional<Waited> join(String key, Supplier<Optional<Kept>> compute) throws InterruptedException {
        while (true) {
            CompletableFuture<Optional<Kept>> mine = new CompletableFuture<>();
            CompletableFuture<Optional<Kept>> other = underWay.putIfAbsent(key, mine);
            if (other == null) {
                fly(key, mine, compute);
                return Optional.empty();
            }
            try {
                return Optional.of(new Waited(other.get()));
            } catch (ExecutionException e) {
                if (e.getCause() instanceof Problem problem) {
                    throw problem;
                }
                // Cancelled, or broken in a way that another try shows by itself.
            } catch (CancellationException e) {
                // The same.
            }
        }
    }

    private void fly(String key, CompletableFuture<Optional<Kept>> mine, Supplier<Optional<Kept>> compute) {
        try {
            Optional<Kept> shared = compute.get();
            underWay.remove(key, mine);
            mine.complete(shared);
        } catch (RuntimeException | Error e) {
            underWay.remove(key, mine);
            mine.completeExceptionally(e);
            throw e;
        }
    }
}
