package io.throughline.platform.telemetry;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;

/**
 * The W3C trace context of the work at hand: taken from the request or record that caused it, kept beside the log
 * context, carried through the outbox, put on outgoing records.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/#traceparent-header">traceparent</a>
 */
public final class TraceParent {

    private static final String KEY = "traceparent";
    private static final Pattern VALID = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceParent() {}

    /** Continues the given context, or begins a trace when it is missing or malformed. */
    public static String begin(String incoming) {
        String current = incoming != null && VALID.matcher(incoming).matches()
                ? incoming
                : "00-" + hex(16) + "-" + hex(8) + "-01";
        MDC.put(KEY, current);
        return current;
    }

    /** Null outside of any trace. */
    public static String current() {
        return (String) MDC.get(KEY);
    }

    private static String hex(int bytes) {
        byte[] random = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(random); // an id, no secret
        return HexFormat.of().formatHex(random);
    }
}
