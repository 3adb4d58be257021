package io.throughline.analytics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.throughline.platform.sql.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;

/** How PostgreSQL ran a statement. */
public record Plan(JsonNode tree) {

    public static Plan of(Sql sql, String statement, Object... parameters) {
        String plan = String.join(
                "\n",
                sql.list("EXPLAIN (ANALYZE, FORMAT JSON) " + statement, row -> row.text("QUERY PLAN"), parameters));
        try {
            return new Plan(new ObjectMapper().readTree(plan));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Rows that the scans, none of them of a whole table, produced or looked at in vain, over all their runs. */
    public int rowsTouched() {
        List<JsonNode> scans = tree.findParents("Relation Name");
        assertThat(scans).as(tree.toPrettyString()).isNotEmpty();
        double rows = 0;
        for (JsonNode scan : scans) {
            assertThat(scan.get("Node Type").asText()).as(tree.toPrettyString()).isNotEqualTo("Seq Scan");
            rows += scan.get("Actual Loops").asInt()
                    * (scan.get("Actual Rows").asDouble()
                            + scan.path("Rows Removed by Filter").asDouble()
                            + scan.path("Rows Removed by Index Recheck").asDouble());
        }
        return (int) Math.round(rows);
    }

    /** Names of the indexes it used. */
    public Set<String> indexes() {
        return Set.copyOf(tree.findValuesAsText("Index Name"));
    }
}
