package io.throughline.jobs.push;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** The other end of a stream, WebSocket or server-sent events, as JDK's client sees it. */
final class StreamClient implements WebSocket.Listener, AutoCloseable {

    static final HttpClient HTTP = HttpClient.newHttpClient();

    /** As sent: {@code {"id","type","data"}}. */
    final List<String> messages = new CopyOnWriteArrayList<>();

    /** Lines of server-sent events as they came. */
    final List<String> lines = new CopyOnWriteArrayList<>();

    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final CompletableFuture<String> reason = new CompletableFuture<>();
    final List<String> pings = new CopyOnWriteArrayList<>();
    HttpResponse<InputStream> answer;
    WebSocket socket;
    private final StringBuilder text = new StringBuilder();

    static String address(String query) {
        return "http://localhost:" + RestAssured.port + "/api/jobs/stream" + query;
    }

    static StreamClient socket(String query, String... headers) {
        StreamClient client = new StreamClient();
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        client.socket = builder.buildAsync(URI.create(address(query).replace("http:", "ws:")), client)
                .join();
        return client;
    }

    static StreamClient events(String query, String... headers) throws IOException, InterruptedException {
        StreamClient client = new StreamClient();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address(query))).header("Accept", "text/event-stream");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        client.answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        Thread.ofVirtual().start(client::readEvents);
        return client;
    }

    private void readEvents() {
        try (Scanner scanner = new Scanner(answer.body())) {
            while (scanner.hasNextLine()) {
                String line = scanner.nextLine();
                lines.add(line);
                if (line.startsWith("data:")) {
                    messages.add(line.substring(5).strip());
                }
            }
        }
        closed.complete(0);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            messages.add(text.toString());
            text.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String why) {
        reason.complete(why);
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    List<String> ids() {
        return all("id");
    }

    List<String> types() {
        return all("type");
    }

    List<String> statuses() {
        return all("data.status");
    }

    private List<String> all(String path) {
        List<String> values = new ArrayList<>();
        messages.forEach(each -> values.add(JsonPath.from(each).getString(path)));
        return values;
    }

    /** Ids of the messages about one job. */
    List<String> idsOf(String jobId) {
        return messages.stream()
                .map(JsonPath::from)
                .filter(each -> jobId.equals(each.getString("data.jobId")))
                .map(each -> each.getString("id"))
                .toList();
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        } else {
            try {
                answer.body().close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
