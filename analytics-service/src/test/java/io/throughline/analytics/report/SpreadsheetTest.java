package io.throughline.analytics.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpreadsheetTest {

    private static Report report(String status, String channel) {
        return new Report(
                new UUID(0, 1),
                Instant.EPOCH,
                new Report.Enrollments(3, new TreeMap<>(Map.of(status, 3L))),
                List.of(new Report.Events(channel, "opened", 5, 2, 3, 1)),
                List.of(new Report.Day(LocalDate.parse("2026-11-01"), channel, "opened", 4, 2)),
                List.of(new Report.Stage("enrolled", 30000, 1, 30000, 1), new Report.Stage("opened", 2, 0.0001, 1, 0)),
                List.of(new Report.Step(1, channel, 7, 6, 5, 4, 3, 2, 1)));
    }

    @Test
    void isOneTableInTheFormOfRfc4180() {
        assertThat(Spreadsheet.of(report("a \"b\", c", "email")))
                .isEqualTo(String.join(
                        "\r\n",
                        "section,date,step,channel,name,total,unique,rate",
                        "enrollments,,,,\"a \"\"b\"\", c\",3,,",
                        "events,,,email,opened,5,2,",
                        "timeSeries,2026-11-01,,email,opened,4,2,",
                        "funnel,,,,enrolled,,30000,1",
                        "funnel,,,,opened,,2,0.0001",
                        "steps,,1,email,sent,,7,",
                        "steps,,1,email,delivered,,6,",
                        "steps,,1,email,opened,,5,",
                        "steps,,1,email,clicked,,4,",
                        "steps,,1,email,replied,,3,",
                        "steps,,1,email,bounced,,2,",
                        "steps,,1,email,unsubscribed,,1,",
                        ""));
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '`',
            value = {
                "=1+1,'=1+1",
                "+1,'+1",
                "-1,'-1",
                "@SUM(A1),'@SUM(A1)",
                "\t=1,'\t=1",
                "`\r=1`,`\"'\r=1\"`",
                "a=1,a=1"
            })
    void leavesNoCellThatASpreadsheetTakesForAFormula(String name, String cell) {
        assertThat(Spreadsheet.of(report(name, name)))
                .contains("enrollments,,,," + cell + ",3,,\r\n")
                .contains("events,,," + cell + ",opened,5,2,\r\n");
    }
}
