package io.throughline.jobs.push;

import io.throughline.events.jobs.JobStatusChanged.JobView;
import io.throughline.platform.events.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * As it is sent, made once for all clients: {@code {"id","type","data"}}.
 *
 * @param id null when there is nothing to resume from it
 * @param bytes size of the text
 */
record Message(String id, String type, String text, int bytes) {

    private record Body(String id, String type, Object data) {}

    /** The job is read and written again, so that it reads exactly as {@code GET /api/jobs/{id}} shows it. */
    static Message of(Moved event, Json json) {
        return of(Long.toString(event.at().id()), event.type(), json.read(event.job(), JobView.class), json);
    }

    /** The client's last id is kept no more: it has to ask for the jobs themselves, and gets what is new from now on. */
    static Message reset(long lostId, Json json) {
        return of(
                null,
                "stream.reset",
                Map.of(
                        "lastEventId",
                        Long.toString(lostId),
                        "detail",
                        "Events since then are kept no more; read the jobs again. New ones follow."),
                json);
    }

    /** The last message of a stream of server-sent events that the server ends. */
    static Message closed(Ending ending, Json json) {
        return of(null, "stream.closed", Map.of("code", ending.code(), "detail", ending.detail()), json);
    }

    private static Message of(String id, String type, Object data, Json json) {
        String text = json.text(new Body(id, type, data));
        return new Message(id, type, text, text.getBytes(StandardCharsets.UTF_8).length);
    }
}
