package io.throughline.analytics.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;
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
        assertThat(Machines.did("opened", json("userAgent", userAgent))).isTrue();
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
        assertThat(Machines.did("opened", json("userAgent", userAgent))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "1999, true", "2000, false", "-5, false"})
    void clickBeforeAnybodyCanHaveRead(long millisSinceSent, boolean machine) {
        assertThat(Machines.did("clicked", json("millisSinceSent", millisSinceSent)))
                .isEqualTo(machine);
    }

    @ParameterizedTest
    @CsvSource({"opened, true", "clicked, true", "replied, false", "sent, false"})
    void areWhatTheProducerSaysOfOpensAndClicks(String type, boolean machine) {
        assertThat(Machines.did(type, json("machine", true))).isEqualTo(machine);
        assertThat(Machines.did(type, json("machine", false))).isFalse();
    }

    /** Behind a nested object that says something else. */
    private static String json(String name, Object value) {
        try {
            return new ObjectMapper()
                    .writeValueAsString(
                            new TreeMap<>(Map.of("a", Map.of("machine", true, "userAgent", "curl/8"), name, value)));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
