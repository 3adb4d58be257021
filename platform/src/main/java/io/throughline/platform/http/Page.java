package io.throughline.platform.http;

import java.util.List;
import java.util.function.Function;

/**
 * A page of a list: {@code {"success":true,"data":[…],"page":{"next":cursor|null,"limit":n}}}. Stores read
 * {@code limit + 1} rows; the extra one only tells that there is a next page.
 */
public record Page<T>(boolean success, List<T> data, Position page) {

    public static final int DEFAULT_LIMIT = 50;
    public static final int MAX_LIMIT = 200;

    /** @param next opaque, to be sent back as {@code cursor}; null on the last page */
    public record Position(String next, int limit) {}

    /**
     * @param rows up to {@code limit + 1} rows in order
     * @param cursor of the last row shown, see {@link Cursor#of}
     */
    public static <T> Page<T> of(List<T> rows, int limit, Function<T, Cursor> cursor) {
        boolean more = rows.size() > limit;
        List<T> shown = more ? List.copyOf(rows.subList(0, limit)) : rows;
        return new Page<>(
                true, shown, new Position(more ? cursor.apply(shown.getLast()).encoded() : null, limit));
    }

    /** The limit to use for what the client asked; outside 1 to 200 is a 422. */
    public static int limit(Integer asked) {
        if (asked == null) {
            return DEFAULT_LIMIT;
        }
        if (asked < 1 || asked > MAX_LIMIT) {
            throw new Problem(CommonErrors.VALIDATION, "limit must be between 1 and " + MAX_LIMIT)
                    .at("/limit", "must be between 1 and " + MAX_LIMIT);
        }
        return asked;
    }
}
