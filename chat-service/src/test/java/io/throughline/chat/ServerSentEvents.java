package io.throughline.chat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Reads and writes {@code text/event-stream} as the HTML standard has it. */
public final class ServerSentEvents {

    private ServerSentEvents() {}

    public record Event(String name, String data, String id) {

        public Event(String name, String data) {
            this(name, data, "");
        }
    }

    public static List<Event> parse(String stream) {
        return Arrays.stream(stream.split("\n\n"))
                .filter(block -> !block.isBlank())
                .map(block -> new Event(field(block, "event"), field(block, "data"), field(block, "id")))
                .filter(event -> !event.name().isEmpty())
                .toList();
    }

    public static String write(List<Event> events) {
        return events.stream()
                .map(event -> "event: " + event.name() + "\ndata: " + event.data() + "\n\n")
                .collect(Collectors.joining());
    }

    private static String field(String block, String name) {
        return block.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .map(value -> value.startsWith(" ") ? value.substring(1) : value)
                .collect(Collectors.joining("\n"));
    }
}
