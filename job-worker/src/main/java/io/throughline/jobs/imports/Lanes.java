package io.throughline.jobs.imports;

import io.throughline.events.imports.ContactUpsertBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BiConsumer;

/**
 * Rows of one import that wait to be sent. Those of one email always go the same way, under one key, so that the first one
 * wins; a large file has several ways, which are taken in at the same time. How many follows from the file alone.
 */
final class Lanes {

    static final int BATCH_ROWS = 1000;
    /** A record of a topic holds a megabyte; JSON needs up to six bytes for a character. */
    private static final int BATCH_CHARACTERS = 150_000;
    /** Below, what is won is less than what more batches cost. */
    private static final long LARGE_FILE_LINES = 5_000;
    /** More than consumers, for keys fall on partitions, and partitions to consumers, by chance. */
    private static final int LANES = 4;

    private final List<Lane> lanes = new ArrayList<>();
    private final int mostRows;
    private int rows;

    private Lanes(UUID importId, int count) {
        for (int number = 0; number < count; number++) {
            lanes.add(new Lane(number == 0 ? importId.toString() : importId + ":" + number));
        }
        // Half as long as alone: the first batches are on their way sooner.
        mostRows = count == 1 ? BATCH_ROWS : count * BATCH_ROWS / 2;
    }

    static Lanes of(UUID importId, long lines) {
        return new Lanes(importId, lines > LARGE_FILE_LINES ? LANES : 1);
    }

    private static final class Lane {

        private final String key;
        private List<ContactUpsertBatch.Row> batch = new ArrayList<>();
        private int characters;

        Lane(String key) {
            this.key = key;
        }
    }

    void add(ContactUpsertBatch.Row row, int characters) {
        // As enrollment-service compares emails: without regard to case.
        int hash =
                row.email() == null ? 0 : row.email().toLowerCase(Locale.ROOT).hashCode();
        Lane lane = lanes.get(Math.floorMod(hash ^ hash >>> 16, lanes.size()));
        lane.batch.add(row);
        lane.characters += characters;
        rows++;
    }

    boolean full() {
        return rows >= mostRows || lanes.stream().anyMatch(lane -> lane.characters >= BATCH_CHARACTERS);
    }

    boolean isEmpty() {
        return rows == 0;
    }

    /** Every batch that has rows, with its key, in the order of the lanes; nothing waits afterwards. */
    void take(BiConsumer<String, List<ContactUpsertBatch.Row>> taker) {
        for (Lane lane : lanes) {
            if (!lane.batch.isEmpty()) {
                taker.accept(lane.key, lane.batch);
                lane.batch = new ArrayList<>();
                lane.characters = 0;
            }
        }
        rows = 0;
    }
}
