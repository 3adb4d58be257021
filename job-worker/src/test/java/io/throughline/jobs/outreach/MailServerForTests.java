package io.throughline.jobs.outreach;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * The worker under test sends to one scripted server, and waits for nothing for long. To be used with the scope GLOBAL:
 * the embedded servers stand no second start in one JVM, which another set of resources would bring.
 */
public class MailServerForTests implements QuarkusTestResourceLifecycleManager {

    public static final String PUBLIC_URL = "https://mail.example";
    /** Whose public half the worker knows as SendGrid's. */
    public static final KeyPair SENDGRID = ellipticKey();

    private static ScriptedSmtp server;

    private static KeyPair ellipticKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static ScriptedSmtp server() {
        return server;
    }

    @Override
    public Map<String, String> start() {
        start(new ScriptedSmtp());
        Map<String, String> settings = new HashMap<>();
        settings.put("throughline.public-url", PUBLIC_URL);
        settings.put("throughline.tracking.keys", Base64.getEncoder().encodeToString(new byte[32]));
        settings.put(
                "throughline.webhooks.sendgrid.public-key",
                Base64.getEncoder().encodeToString(SENDGRID.getPublic().getEncoded()));
        settings.put("throughline.smtp.url", server.url());
        settings.put("throughline.smtp.idle", "1S");
        settings.put("throughline.smtp.patience", "1S");
        settings.put("throughline.smtp.absence", "100MS");
        settings.put("throughline.smtp.deferral", "50MS");
        settings.put("throughline.channels.keys", Base64.getEncoder().encodeToString(new byte[32]));
        settings.put("throughline.channels.patience", "1S");
        settings.put("throughline.channels.absence", "100MS");
        settings.put("throughline.channels.deferral", "50MS");
        settings.put("throughline.channels.tries", "3");
        settings.put("throughline.endpoints.private", "true");
        settings.put("throughline.outside.endpoints.timeout", "1S");
        settings.put("throughline.outside.endpoints.breaker-rest", "200MS");
        return settings;
    }

    private static void start(ScriptedSmtp fresh) {
        server = fresh.start();
    }

    @Override
    public void stop() {
        server.stop();
    }
}
