package io.throughline.campaign.account;

import io.throughline.campaign.Fields;
import java.util.List;

/** What a key may do. */
final class Scopes {

    static final List<String> ALL = List.of("read", "write", "admin");
    static final List<String> DEFAULT = List.of("read", "write");

    private Scopes() {}

    /** The scopes asked for, each once and in our order; read and write when none are named. */
    static List<String> checked(List<String> asked, Fields fields) {
        if (asked == null) {
            return DEFAULT;
        }
        if (asked.isEmpty()) {
            fields.refuse("/scopes", "must name at least one of " + String.join(", ", ALL));
        }
        for (int i = 0; i < asked.size(); i++) {
            if (!ALL.contains(String.valueOf(asked.get(i)))) {
                fields.refuse("/scopes/" + i, "must be one of " + String.join(", ", ALL));
            }
        }
        return ALL.stream().filter(asked::contains).toList();
    }
}
