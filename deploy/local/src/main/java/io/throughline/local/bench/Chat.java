package io.throughline.local.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.throughline.local.demo.Api;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.Service;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import io.throughline.local.supervision.Replica;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Many people who chat, each in a conversation of their own, with a model that takes half a second. A replica of
 * chat-service is started for it that is told where the stand-in for the model is; everything else is the running suite's.
 * Docs: {@code docs/performance.md}.
 */
public final class Chat {

    private static final int MODEL_MILLIS = 500;
    private static final int CLIENTS = 200;
    private static final Duration WARM_UP = Duration.ofSeconds(20);
    private static final Duration MEASURED = Duration.ofSeconds(60);
    private static final int CACHED_PER_SECOND = 40;
    private static final int CACHED = 1_200;
    private static final int SAME_QUESTIONS = 20;
    private static final int TURNS = 300;
    private static final int LONG = 1_000_000;

    private final Path root;
    private final DataDirectory data;
    private final StackState stack;
    private final int thinkMillis;
    private final int concurrency;

    /** @param thinkMillis between a reply and the next question of the same person, on average */
    public Chat(Path root, DataDirectory data, StackState stack, int thinkMillis, int concurrency) {
        this.root = root;
        this.data = data;
        this.stack = stack;
        this.thinkMillis = thinkMillis;
        this.concurrency = concurrency;
    }

    public void run() throws Exception {
        String campaign = campaign(new Api(stack.gateway().url(), stack.apiKey()));
        try (StubModel model = new StubModel(MODEL_MILLIS, campaign);
                Replica replica = Replica.start(
                        root,
                        data,
                        stack,
                        Service.CHAT,
                        Map.of(
                                "ANTHROPIC_API_KEY", "stub",
                                "ANTHROPIC_BASE_URL", model.url(),
                                "THROUGHLINE_CHAT_MODEL_CONCURRENCY", Integer.toString(concurrency),
                                "THROUGHLINE_CHAT_BUDGET_USER_DOLLARS", "1000000",
                                "THROUGHLINE_CHAT_BUDGET_TENANT_DOLLARS", "1000000",
                                "THROUGHLINE_CHAT_BUDGET_USER_TOKENS", "1000000000000",
                                "THROUGHLINE_CHAT_BUDGET_TENANT_TOKENS", "1000000000000",
                                "THROUGHLINE_CHAT_BUDGET_USER_REQUESTS", "1000000000"))) {
            Api api = new Api("http://127.0.0.1:" + replica.port(), stack.apiKey());
            measure(model, replica, api);
        }
    }

    private static String campaign(Api api) {
        Map<String, ?> step = Map.of("channel", "email", "delay", "PT0S", "subject", "Hello", "body", "Hello.");
        String template = api.post("/api/campaigns/templates", Map.of("name", "bench chat", "steps", List.of(step)))
                .path("data")
                .path("id")
                .asText();
        return api.post(
                        "/api/campaigns/instances",
                        Map.of("name", "bench chat", "templateId", template, "sender", "Bench <bench@example.com>"))
                .path("data")
                .path("id")
                .asText();
    }

    private record Talk(Latencies latencies, int failed, double perSecond) {}

    private void measure(StubModel model, Replica replica, Api api) throws Exception {
        say("warm-up");
        talk(api, WARM_UP);
        double before = aliveMegabytes(replica);
        say(CLIENTS + " people for " + MEASURED.toSeconds() + " s");
        Talk talk = talk(api, MEASURED);
        double after = aliveMegabytes(replica);
        say("replies: " + talk.latencies().withP95());
        say("questions from the cache");
        Latencies cached = cached(api);
        say("a short and a long conversation");
        model.latency(0);
        List<Latencies> turns = turns(api);
        JsonNode provider = api.get("/internal/monitor").path("data").path("chat-provider");
        System.out.println();
        System.out.print(new MarkdownTable("what", "measured", "bar")
                .row("cores", Integer.toString(Runtime.getRuntime().availableProcessors()))
                .row("people, pause between reply and question", CLIENTS + ", " + thinkMillis + " ms on average")
                .row("questions a second", "%.1f".formatted(talk.perSecond()))
                .row(
                        "reply, none from the cache, median / p95 / p99",
                        talk.latencies().withP95(),
                        "p95 ≤ %.0f ms (1.3 × the model's %d ms)".formatted(1.3 * MODEL_MILLIS, MODEL_MILLIS))
                .row("failed", Integer.toString(talk.failed()), "0")
                .row(
                        "calls to the model at once, at most",
                        model.most() + " (the service says "
                                + provider.path("most").asInt() + ")",
                        "≤ " + concurrency)
                .row(
                        "alive after a full collection, before / after, of 256 MB",
                        "%.1f / %.1f MB".formatted(before, after),
                        "bounded")
                .row(
                        "reply from the cache at " + CACHED_PER_SECOND + " a second, median / p95 / p99",
                        cached.withP95(),
                        "p95 ≤ 50 ms")
                .row(
                        "turn in a conversation of 2 messages, model of 1 ms, median / p95 / p99",
                        turns.getFirst().withP95())
                .row(
                        "the same in one of %,d messages".formatted(LONG),
                        turns.getLast().withP95(),
                        "the same"));
    }

    /** Everybody asks, waits for the reply, thinks, and asks on in the same conversation. */
    private Talk talk(Api api, Duration length) throws Exception {
        ConcurrentLinkedQueue<Double> millis = new ConcurrentLinkedQueue<>();
        AtomicInteger failed = new AtomicInteger();
        long began = System.nanoTime();
        long until = began + length.toNanos();
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int person = 0; person < CLIENTS; person++) {
                people.submit(() -> {
                    String conversation = null;
                    think();
                    while (System.nanoTime() < until) {
                        long asked = System.nanoTime();
                        try {
                            conversation = ask(api, "What about " + UUID.randomUUID() + "?", conversation)
                                    .path("conversationId")
                                    .asText();
                            millis.add(Latencies.millisSince(asked));
                        } catch (RuntimeException refused) {
                            failed.incrementAndGet();
                        }
                        think();
                    }
                    return null;
                });
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Talk(
                new Latencies(millis.stream().mapToDouble(Double::doubleValue).toArray()),
                failed.get(),
                millis.size() / seconds);
    }

    private void think() throws InterruptedException {
        if (thinkMillis > 0) {
            Thread.sleep(ThreadLocalRandom.current().nextLong(2L * thinkMillis));
        }
    }

    /** At a steady pace, whatever the replies take. */
    private Latencies cached(Api api) throws Exception {
        for (int number = 0; number < SAME_QUESTIONS; number++) {
            ask(api, same(number), null);
        }
        double[] millis = new double[CACHED];
        AtomicInteger missed = new AtomicInteger();
        long began = System.nanoTime();
        try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int number = 0; number < CACHED; number++) {
                long due = began + number * 1_000_000_000L / CACHED_PER_SECOND;
                long early = due - System.nanoTime();
                if (early > 0) {
                    Thread.sleep(Duration.ofNanos(early));
                }
                int asked = number;
                all.add(people.submit(() -> {
                    JsonNode reply = ask(api, same(asked), null);
                    millis[asked] = Latencies.millisSince(due);
                    if (!reply.path("cached").asBoolean()) {
                        missed.incrementAndGet();
                    }
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        if (missed.get() * 100 > CACHED) {
            throw new StackFailure(missed + " of " + CACHED + " replies were not cached.", "./throughline logs redis");
        }
        say(missed + " of " + CACHED + " were asked anew; they count");
        return new Latencies(millis);
    }

    private static String same(int number) {
        return StubModel.LOOK + " I ask for the " + number % SAME_QUESTIONS + "th time.";
    }

    /** In turns, so that whatever else the machine does meets both alike. */
    private List<Latencies> turns(Api api) throws Exception {
        List<String> conversations = new ArrayList<>();
        for (int number = 0; number < 2; number++) {
            conversations.add(ask(api, "What about " + UUID.randomUUID() + "?", null)
                    .path("conversationId")
                    .asText());
        }
        try (LongConversation grown = LongConversation.open(stack.postgres().jdbcUrl())) {
            grown.grow(UUID.fromString(conversations.getLast()), LONG);
        }
        double[][] millis = new double[2][TURNS];
        for (int number = 0; number < TURNS; number++) {
            for (int turn = 0; turn < 2; turn++) {
                int which = (number + turn) % 2;
                long asked = System.nanoTime();
                ask(api, "What about " + UUID.randomUUID() + "?", conversations.get(which));
                millis[which][number] = Latencies.millisSince(asked);
            }
        }
        return List.of(new Latencies(millis[0]), new Latencies(millis[1]));
    }

    private static JsonNode ask(Api api, String message, String conversation) {
        return api.post(
                        "/api/chat",
                        conversation == null
                                ? Map.of("message", message)
                                : Map.of("message", message, "conversationId", conversation))
                .path("data");
    }

    private static double aliveMegabytes(Replica replica) throws Exception {
        return ServiceHeap.aliveIn(ServiceHeap.histogramOf(replica.pid())) / 1e6;
    }

    private static void say(String what) {
        System.out.println("  " + what);
    }
}
