package io.throughline.local.supervision;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.RecordedProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The demo in its own JVM: it is a client like any other and must not weigh on the supervisor. */
final class DemoProcess {

    private DemoProcess() {}

    static void startOnEmptyStore(Options options, DataDirectory data, String apiKey, Started started, Screen screen)
            throws IOException, InterruptedException {
        if (!isEmpty(options.port(), apiKey)) {
            return;
        }
        ProcessBuilder builder = new ProcessBuilder(command(options.root(), data, List.of())).redirectErrorStream(true);
        if (options.detached()) {
            screen.say("The store is empty: the demo fills it. Its output goes to " + data.log("demo"));
            builder.redirectOutput(
                    ProcessBuilder.Redirect.appendTo(data.log("demo").toFile()));
        } else {
            screen.say("The store is empty: here is the demo.\n");
            builder.redirectOutput(ProcessBuilder.Redirect.INHERIT);
        }
        Process process = builder.start();
        RecordedProcess recorded = RecordedProcess.of("demo", process.toHandle());
        started.keep("demo", () -> recorded.end(Duration.ofSeconds(2)), recorded);
    }

    /** The verb {@code demo} on the suite that {@code data} belongs to. */
    static List<String> command(Path root, DataDirectory data, List<String> more) {
        List<String> command = new ArrayList<>(List.of(
                Child.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dthroughline.root=" + root,
                "-cp",
                Child.classPath(),
                "io.throughline.local.Throughline",
                "demo",
                "--data",
                data.path().toString()));
        command.addAll(more);
        return command;
    }

    private static boolean isEmpty(int port, String apiKey) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/campaigns/instances?limit=1"))
                .header("X-API-Key", apiKey)
                .timeout(Duration.ofSeconds(10))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200
                    && new ObjectMapper().readTree(response.body()).path("data").isEmpty();
        } catch (IOException unanswered) {
            return false;
        }
    }
}
