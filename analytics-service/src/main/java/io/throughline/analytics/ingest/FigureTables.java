package io.throughline.analytics.ingest;

/** The tables that figures are kept in: those that reports read, or those that a rebuild fills beside them. */
enum FigureTables {
    LIVE(""),
    SHADOW("shadow_");

    private final String prefix;

    FigureTables(String prefix) {
        this.prefix = prefix;
    }

    /** The statement with {@code @name} as the name of this set's table. */
    String in(String statement) {
        return statement.replace("@", prefix);
    }
}
