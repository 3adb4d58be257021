package io.throughline.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogsTest {

    @Test
    void makesJsonReadable() {
        assertThat(
                        Logs.readable(
                                "{\"timestamp\":\"2026-11-23T04:00:00Z\",\"level\":\"INFO\",\"loggerName\":\"io.quarkus.Startup\",\"message\":\"started\"}"))
                .isEqualTo("2026-11-23T04:00:00Z INFO  Startup  started");
    }

    @Test
    void leavesOtherLinesAlone() {
        assertThat(Logs.readable("LOG:  database system is ready")).isEqualTo("LOG:  database system is ready");
        assertThat(Logs.readable("{half")).isEqualTo("{half");
    }
}
