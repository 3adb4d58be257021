package io.throughline.local.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.StackFailure;
import io.throughline.local.stack.StackState;
import io.throughline.local.supervision.Leftovers;
import io.throughline.local.supervision.Readiness;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "status", description = "Shows what runs where, and the API key.")
public final class Status implements Callable<Integer> {

    @Mixin
    private DataOption option;

    @Option(names = "--json", description = "For programs.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        DataDirectory data = option.current();
        StackState state = data.state().filter(StackState::isRunning).orElseThrow(() -> notRunning(data));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Map<String, Boolean> ready = readiness(state);
        if (json) {
            out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(asJson(state, ready)));
        } else {
            print(state, ready, data, out);
        }
        return 0;
    }

    /** A stack that was killed leaves processes behind; whoever looks first ends them. */
    private static StackFailure notRunning(DataDirectory data) {
        List<String> left = Leftovers.clear(data);
        String ended = left.isEmpty() ? "" : " Ended what a killed supervisor left: " + String.join(", ", left) + ".";
        String reason = data.state()
                .map(StackState::failure)
                .map(failure ->
                        " The last start failed: " + failure.lines().findFirst().orElse(""))
                .orElse("");
        return new StackFailure("Throughline does not run." + ended + reason, "./throughline up");
    }

    /** Asked now, all at once, not read from the file. */
    private static Map<String, Boolean> readiness(StackState state) {
        Readiness readiness = new Readiness();
        Map<String, Boolean> ready = new ConcurrentSkipListMap<>();
        state.services().entrySet().parallelStream()
                .forEach(service -> ready.put(
                        service.getKey(), readiness.of(service.getValue().port())));
        return ready;
    }

    static ObjectNode asJson(StackState state, Map<String, Boolean> ready) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode();
        json.set("gateway", mapper.valueToTree(state.gateway()));
        json.put("apiKey", state.apiKey());
        json.put("tenant", state.tenant());
        ObjectNode services = json.putObject("services");
        state.services()
                .forEach((name, service) -> services.putObject(name)
                        .put("pid", service.pid())
                        .put("port", service.port())
                        .put("ready", ready.get(name)));
        json.set("postgres", mapper.valueToTree(state.postgres()));
        json.set("kafka", mapper.valueToTree(state.kafka()));
        json.set("redis", mapper.valueToTree(state.redis()));
        if (state.smtp() != null) {
            json.putObject("smtp")
                    .put("host", state.smtp().host())
                    .put("port", state.smtp().port());
        }
        return json;
    }

    private static void print(StackState state, Map<String, Boolean> ready, DataDirectory data, PrintStream out) {
        out.printf(
                "Throughline %s   %s   (process %d)%n%n",
                state.phase().name().toLowerCase(Locale.ROOT),
                state.gateway().url(),
                state.supervisor().pid());
        state.services()
                .forEach((name, service) -> out.printf(
                        "  %-20s %-10s pid %-8d http://127.0.0.1:%d  %s%n",
                        name,
                        ready.get(name) ? "ready" : "not ready",
                        service.pid(),
                        service.port(),
                        service.note() == null ? "" : service.note()));
        if (state.postgres() != null) {
            out.printf("%n  %-20s %s%n", "postgres", state.postgres().jdbcUrl());
            out.printf("  %-20s %s%n", "kafka", state.kafka().bootstrapServers());
            out.printf("  %-20s %s%n", "redis", state.redis().url());
            out.printf(
                    "  %-20s %s:%d%n", "smtp", state.smtp().host(), state.smtp().port());
        }
        out.printf(
                "%n  %-20s %s%n  %-20s %s%n  %-20s %s%n",
                "API key", state.apiKey(), "tenant", state.tenant(), "data and logs", data.path());
    }
}
