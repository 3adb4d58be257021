package io.throughline.system;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.WebSocket;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The client's end of {@code WS /api/jobs/stream}. */
final class PushedMessages implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();
    private final Consumer<JsonNode> receiver;

    PushedMessages(Consumer<JsonNode> receiver) {
        this.receiver = receiver;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
        text.append(part);
        if (last) {
            try {
                receiver.accept(Client.JSON.readTree(text.toString()));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("pushed something that is not JSON: " + text, e);
            }
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }
}
