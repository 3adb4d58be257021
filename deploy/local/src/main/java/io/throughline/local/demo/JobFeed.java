package io.throughline.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** {@code WS /api/jobs/stream}: prints the progress of jobs and completes when they do. */
final class JobFeed implements WebSocket.Listener {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringBuilder message = new StringBuilder();
    private final Map<String, CompletableFuture<JsonNode>> ended = new ConcurrentHashMap<>();

    /** The job as pushed when it completed or failed. @throws TimeoutException when no push came */
    JsonNode awaitEnd(String jobId, int seconds) throws Exception {
        return end(jobId).get(seconds, TimeUnit.SECONDS);
    }

    private CompletableFuture<JsonNode> end(String jobId) {
        return ended.computeIfAbsent(jobId, id -> new CompletableFuture<>());
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        message.append(part);
        if (last) {
            receive(message.toString());
            message.setLength(0);
        }
        socket.request(1);
        return null;
    }

    private void receive(String text) {
        try {
            JsonNode event = JSON.readTree(text);
            JsonNode job = event.path("data");
            String type = event.path("type").asText();
            if (type.startsWith("job.") && job.path("type").asText().equals("import")) {
                System.out.printf(
                        "     pushed %-14s %s of %s%n",
                        type,
                        job.path("progress").path("done"),
                        job.path("progress").path("total"));
            }
            if (type.equals("job.completed") || type.equals("job.failed")) {
                end(job.path("jobId").asText()).complete(job);
            }
        } catch (IOException notJson) {
            System.out.println("     pushed something that is not JSON: " + text);
        }
    }
}
