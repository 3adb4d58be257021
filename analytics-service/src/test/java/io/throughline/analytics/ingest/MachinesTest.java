package io.throughline.analytics.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.throughline.events.engagement.EngagementEvent;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachinesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mozilla/5.0",
                "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
                "Mozilla/5.0 (compatible; Barracuda Sentinel; EE)",
                "Mimecast-URL-Protect",
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0 Safari/537.36",
                "python-requests/2.31.0",
                "curl/8.5.0",
                "Java/17.0.1"
            })
    void areTheseUserAgents(String userAgent) {
        assertThat(Machines.did(event("opened", Map.of("userAgent", userAgent))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)",
                "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
                "Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) AppleWebKit/537.36 Mobile Safari/537.36",
                "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.5266; Pro)",
                ""
            })
    void areNotThese(String userAgent) {
        assertThat(Machines.did(event("opened", Map.of("userAgent", userAgent))))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1999, true", "2000, false", "-5, false"})
    void clickBeforeAnybodyCanHaveRead(long millisSinceSent, boolean machine) {
        assertThat(Machines.did(event("clicked", Map.of("millisSinceSent", millisSinceSent))))
                .isEqualTo(machine);
    }

    @ParameterizedTest
    @CsvSource({"opened, true", "clicked, true", "replied, false", "sent, false"})
    void areWhatTheProducerSaysOfOpensAndClicks(String type, boolean machine) {
        assertThat(Machines.did(event(type, Map.of("machine", true)))).isEqualTo(machine);
        assertThat(Machines.did(event(type, Map.of("machine", false)))).isFalse();
    }

    private static EngagementEvent event(String type, Map<String, Object> metadata) {
        return new EngagementEvent(UUID.randomUUID(), UUID.randomUUID(), "email", type, 1, Instant.EPOCH, metadata);
    }
}
