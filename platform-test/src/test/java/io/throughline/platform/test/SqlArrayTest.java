package io.throughline.platform.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the server makes of arrays that are sent in binary, as it writes them itself. */
@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class SqlArrayTest {

    @Inject
    Sql sql;

    @Test
    void sendsEveryTypeThatTablesHave() {
        assertThat(shown("uuid", UUID.fromString("01a211dc-9888-7cf3-94da-70e014941b19"), new UUID(-1, -1)))
                .isEqualTo("{01a211dc-9888-7cf3-94da-70e014941b19,ffffffff-ffff-ffff-ffff-ffffffffffff}");
        assertThat(shown("text", "plain", "", "a,{\"}\\ \u20ac \ud83d\ude00"))
                .isEqualTo("{plain,\"\",\"a,{\\\"}\\\\ \u20ac \ud83d\ude00\"}");
        assertThat(shown("bigint", Long.MIN_VALUE, 0, Long.MAX_VALUE))
                .isEqualTo("{-9223372036854775808,0,9223372036854775807}");
        assertThat(shown("integer", Integer.MIN_VALUE, 7L)).isEqualTo("{-2147483648,7}");
        assertThat(shown("smallint", -1, 32_767)).isEqualTo("{-1,32767}");
        assertThat(shown("boolean", true, false)).isEqualTo("{t,f}");
        assertThat(shown("bytea", new byte[] {0, (byte) 0xFF}, new byte[0])).isEqualTo("{\"\\\\x00ff\",\"\\\\x\"}");
        assertThat(shown("date", LocalDate.of(1999, 12, 31), LocalDate.of(2026, 11, 25)))
                .isEqualTo("{1999-12-31,2026-11-25}");
    }

    @Test
    void sendsTimesToTheMicrosecond() {
        List<Instant> times = List.of(
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                Instant.parse("2026-11-25T08:39:59.310013Z"),
                Instant.EPOCH);
        assertThat(sql.list(
                        "SELECT at FROM unnest(?) WITH ORDINALITY AS each (at, number) ORDER BY number",
                        row -> row.instant("at"),
                        Sql.array("timestamptz", times)))
                .isEqualTo(times);
    }

    @Test
    void sendsNullsAndNothingAtAll() {
        assertThat(shown("text", "a", null, "null")).isEqualTo("{a,NULL,\"null\"}");
        assertThat(shown("uuid")).isEqualTo("{}");
    }

    @Test
    void staysTheSameWhenTheServerHasPreparedTheStatement() {
        for (int size : IntStream.range(0, 12).toArray()) {
            List<Integer> numbers = IntStream.range(0, size).boxed().toList();
            String sumAndCount = sql.one(
                    "SELECT coalesce(sum(n), 0) AS sum, count(*) AS count FROM unnest(?) AS each (n)",
                    row -> row.number("sum") + "/" + row.number("count"),
                    Sql.array("bigint", numbers));
            assertThat(sumAndCount).isEqualTo(size * (size - 1) / 2 + "/" + size);
        }
    }

    @Test
    void refusesNumbersThatDoNotFit() {
        assertThatThrownBy(() -> shown("smallint", 32_768)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> shown("integer", 1L << 31)).isInstanceOf(ArithmeticException.class);
        assertThatThrownBy(() -> shown("money", 1)).hasMessageContaining("money");
    }

    private String shown(String type, Object... elements) {
        return sql.one("SELECT ?::text AS shown", row -> row.text("shown"), Sql.array(type, Arrays.asList(elements)));
    }
}
