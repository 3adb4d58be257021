package io.throughline.local.supervision;

import io.throughline.local.server.Servers;
import io.throughline.local.stack.Secrets;
import io.throughline.local.stack.Service;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a service is told about its surroundings: the variables a Kubernetes manifest would set.
 *
 * @param publicUrl where links in mails lead unless the user's own environment says otherwise
 */
record ServiceEnvironment(
        Servers servers, Secrets secrets, Map<Service, Integer> ports, String publicUrl, Map<String, String> own) {

    private static final String TRACKING_KEYS = "THROUGHLINE_TRACKING_KEYS";
    private static final String PUBLIC_URL = "THROUGHLINE_PUBLIC_URL";
    private static final String PRIVATE_ENDPOINTS = "THROUGHLINE_ENDPOINTS_PRIVATE";

    private static final List<String> CHAT_ONLY = List.of("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL");

    Map<String, String> of(Service service) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        variables.put("QUARKUS_HTTP_PORT", ports.get(service).toString());
        variables.put("THROUGHLINE_DB_URL", servers.postgres().serviceUrl());
        variables.put("THROUGHLINE_DB_USERNAME", service.schema());
        variables.put("THROUGHLINE_DB_PASSWORD", secrets.password(service));
        variables.put(Servers.KAFKA, servers.kafka());
        variables.put(Servers.REDIS_URL, servers.redis());
        variables.put(Servers.SMTP_URL, servers.smtp().toString());
        ports.forEach((other, port) -> variables.put(other.urlVariable(), "http://127.0.0.1:" + port));
        switch (service) {
            case CAMPAIGN -> variables.put("THROUGHLINE_BOOTSTRAP_ADMIN_KEY", secrets.adminKey());
            case ENROLLMENT -> variables.put("THROUGHLINE_SUPPRESSION_KEY", secrets.suppressionKey());
            case ANALYTICS -> variables.put(TRACKING_KEYS, secrets.trackingKey());
            case CHAT ->
                CHAT_ONLY.stream().filter(own::containsKey).forEach(name -> variables.put(name, own.get(name)));
            case JOBS -> {
                variables.put(TRACKING_KEYS, secrets.trackingKey());
                variables.put(PUBLIC_URL, own.getOrDefault(PUBLIC_URL, publicUrl));
                variables.put("THROUGHLINE_CHANNELS_KEYS", secrets.channelKey());
                // On one's own machine a receiver to try things out with is on it, too.
                variables.put(PRIVATE_ENDPOINTS, own.getOrDefault(PRIVATE_ENDPOINTS, "true"));
            }
        }
        return variables;
    }
}
