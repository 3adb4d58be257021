package io.throughline.jobs.outreach;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/**
 * The worker under test sends to one scripted server, and waits for nothing for long. To be used with the scope GLOBAL:
 * the embedded servers stand no second start in one JVM, which another set of resources would bring.
 */
public class MailServerForTests implements QuarkusTestResourceLifecycleManager {

    private static ScriptedSmtp server;

    static ScriptedSmtp server() {
        return server;
    }

    @Override
    public Map<String, String> start() {
        start(new ScriptedSmtp());
        return Map.of(
                "throughline.smtp.url", server.url(),
                "throughline.smtp.idle", "1S",
                "throughline.smtp.patience", "1S",
                "throughline.smtp.absence", "100MS",
                "throughline.smtp.deferral", "50MS");
    }

    private static void start(ScriptedSmtp fresh) {
        server = fresh.start();
    }

    @Override
    public void stop() {
        server.stop();
    }
}
