package io.throughline.chat.offline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The monitor's tree as lines, one a service: {@code chat-service: pool active 0, pool idle 2}. */
final class MonitorText {

    /** Two screens; a service with more to say is cut, not the others. */
    private static final int MOST_FIGURES_A_SERVICE = 40;

    private MonitorText() {}

    static String of(JsonNode monitor) {
        if (!monitor.isObject() || monitor.isEmpty()) {
            return "The monitor shows no figures.";
        }
        StringBuilder text = new StringBuilder("The monitor says:");
        monitor.properties().forEach(service -> {
            List<String> figures = new ArrayList<>();
            collect("", service.getValue(), figures);
            List<String> shown = figures.subList(0, Math.min(figures.size(), MOST_FIGURES_A_SERVICE));
            text.append("\n- ").append(service.getKey()).append(": ").append(String.join(", ", shown));
        });
        return text.toString();
    }

    private static void collect(String path, JsonNode node, List<String> figures) {
        if (node.isObject()) {
            node.properties()
                    .forEach(field -> collect((path + " " + field.getKey()).strip(), field.getValue(), figures));
        } else if (node.isArray()) {
            node.forEach(element -> collect(path, element, figures));
        } else if (!node.isNull()) {
            figures.add((path + " " + node.asText()).strip());
        }
    }
}
