package io.throughline.jobs.enrichment;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.throughline.jobs.outside.ScriptedProvider;
import java.util.HashMap;
import java.util.Map;

/** {@code enrich} is asked by POST and {@code discover} by GET, each of one scripted provider. */
public class ProvidersForTests implements QuarkusTestResourceLifecycleManager {

    private static ScriptedProvider enrich;
    private static ScriptedProvider discover;

    static ScriptedProvider enrich() {
        return enrich;
    }

    static ScriptedProvider discover() {
        return discover;
    }

    @Override
    public Map<String, String> start() {
        start(new ScriptedProvider(), new ScriptedProvider());
        Map<String, String> settings = new HashMap<>();
        settings.put("throughline.outside.enrich.url", enrich.url("/person"));
        settings.put("throughline.outside.enrich.method", "POST");
        settings.put("throughline.outside.enrich.breaker-calls", "1000");
        settings.put("throughline.outside.enrich.cost-per-call", "0.02");
        settings.put("throughline.outside.discover.url", discover.url("/people/{domain}?q={query}&limit={limit}"));
        settings.put("throughline.outside.discover.patience", "0S");
        settings.put("throughline.enrichment.fields.name", "/person/fullName");
        settings.put("throughline.enrichment.fields.title", "/person/titles/0");
        settings.put("throughline.enrichment.fields.employees", "/company/size");
        settings.put("throughline.enrichment.candidate-fields.email", "/mail");
        settings.put("throughline.enrichment.candidate-fields.firstName", "/name/first");
        return settings;
    }

    private static void start(ScriptedProvider forEnrich, ScriptedProvider forDiscover) {
        enrich = forEnrich;
        discover = forDiscover;
    }

    @Override
    public void stop() {
        enrich.close();
        discover.close();
    }
}
