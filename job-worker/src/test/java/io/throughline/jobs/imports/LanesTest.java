package io.throughline.jobs.imports;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.events.imports.ContactUpsertBatch.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LanesTest {

    private static final UUID IMPORT = UUID.fromString("0198c0de-0000-7000-8000-000000000001");

    private static Row row(long line, String email) {
        return new Row(line, email, null, null, null, null, Map.of());
    }

    /** By key: the lines in the order in which they were sent. */
    private static Map<String, List<Long>> sent(long linesOfFile, int rows) {
        Lanes lanes = Lanes.of(IMPORT, linesOfFile);
        Map<String, List<Long>> sent = new HashMap<>();
        Map<String, String> keys = new HashMap<>();
        for (int line = 1; line <= rows; line++) {
            // Everybody is there twice, the second time in capitals.
            String email = "person" + line % (rows / 2) + "@x.example";
            lanes.add(row(line, line > rows / 2 ? email.toUpperCase(Locale.ROOT) : email), 30);
            if (lanes.full() || line == rows) {
                lanes.take((key, batch) -> batch.forEach(each -> {
                    sent.computeIfAbsent(key, any -> new ArrayList<>()).add(each.line());
                    String before = keys.putIfAbsent(each.email().toLowerCase(Locale.ROOT), key);
                    assertThat(before).as(each.email()).isIn(null, key);
                }));
                assertThat(lanes.isEmpty()).isTrue();
            }
        }
        return sent;
    }

    @Test
    void keepsOnePersonInOneLaneAndALaneInOrder() {
        Map<String, List<Long>> sent = sent(20_001, 20_000);
        assertThat(sent).hasSize(4);
        assertThat(sent.values())
                .allSatisfy(lines -> assertThat(lines).isSorted().hasSizeBetween(4_000, 6_000));
        assertThat(sent).containsKey(IMPORT.toString());
    }

    @Test
    void sendsASmallFileUnderTheImportAlone() {
        assertThat(sent(4_001, 4_000)).containsOnlyKeys(IMPORT.toString());
    }
}
