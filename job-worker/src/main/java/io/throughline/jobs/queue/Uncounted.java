package io.throughline.jobs.queue;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows out of arrays, whose number the planner does not see. Where it does, the plan for what it sees seems cheaper than one
 * for any number, so it plans a statement anew each time: longer than all the rest of a single job's end.
 */
final class Uncounted {

    private Uncounted() {}

    /** SQL: for {@code FROM}, with {@code AS name(column, …)} behind it. A parameter for each column, an array of its type. */
    static String rows(String... types) {
        String columns = IntStream.range(0, types.length)
                .mapToObj(i -> "?::" + types[i] + "[] AS column" + i)
                .collect(Collectors.joining(", "));
        String names =
                IntStream.range(0, types.length).mapToObj(i -> "column" + i).collect(Collectors.joining(", "));
        return "(SELECT " + columns + " OFFSET 0) AS given, unnest(" + names + ")";
    }
}
