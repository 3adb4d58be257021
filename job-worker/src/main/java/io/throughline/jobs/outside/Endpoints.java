package io.throughline.jobs.outside;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.redis.datasource.RedisDataSource;
import io.throughline.jobs.outside.OutsideFailure.Refused;
import io.throughline.platform.events.Json;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.http.HttpRequest;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Addresses that tenants choose. Each has a quota and a circuit of its own, so that one that fails takes nothing from the
 * others; limits and time-outs are those of {@code throughline.outside.endpoints}. Never in our own network: see
 * {@link PublicAddresses}.
 */
@Singleton
public class Endpoints {

    private static final String NAME = "endpoints";
    /** Those used last keep their circuits; one that is forgotten begins anew. */
    private static final int KEPT = 1_000;

    private final OutsideSettings.Provider settings;
    private final PublicAddresses addresses;
    private final RedisDataSource redis;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Exchange exchange;
    private final CallMeters meters;
    private final LinkedHashMap<String, Endpoint> byKey = new LinkedHashMap<>(16, 0.75f, true);

    private record Endpoint(Provider provider, LocalQuota local) {}

    Endpoints(
            OutsideSettings all,
            PublicAddresses addresses,
            RedisDataSource redis,
            Clock clock,
            Json json,
            MeterRegistry registry) {
        this.settings = all.providers().get(NAME);
        this.addresses = addresses;
        this.redis = redis;
        this.clock = clock;
        this.exchange = new Exchange(settings, json, null);
        this.meters = new CallMeters(NAME, registry, this::used);
    }

    /**
     * @param key whose quota and circuit it is
     * @throws OutsideFailure when it was not taken, or nobody knows
     */
    public Answer send(String key, Post post, Provider.Pause pause) throws InterruptedException {
        addresses.refusal(post.url()).ifPresent(reason -> {
            throw new Refused(reason);
        });
        return endpoint(key).provider().call(request(post), pause);
    }

    private static HttpRequest request(Post post) {
        HttpRequest.Builder request = HttpRequest.newBuilder(post.url())
                .header("User-Agent", "throughline")
                .POST(HttpRequest.BodyPublishers.ofByteArray(post.body()));
        post.headers().forEach(request::header);
        return request.build();
    }

    /** Why nobody may choose it; empty: it may be chosen. */
    public Optional<String> refusal(URI url) {
        return addresses.refusal(url);
    }

    private synchronized Endpoint endpoint(String key) {
        Endpoint endpoint = byKey.computeIfAbsent(key, this::fresh);
        if (byKey.size() > KEPT) {
            byKey.pollFirstEntry();
        }
        return endpoint;
    }

    private Endpoint fresh(String key) {
        LocalQuota local = new LocalQuota(settings.limit(), settings.window(), clock);
        Quota quota =
                new Quota(settings, local, new SharedQuota(NAME + ":" + key, redis, settings, clock), clock, random);
        return new Endpoint(
                new Provider(settings, quota, new Circuit(NAME, settings), exchange, meters, clock, random), local);
    }

    private synchronized int used() {
        return byKey.values().stream().mapToInt(each -> each.local().used()).sum();
    }

    @PreDestroy
    void close() {
        exchange.close();
    }
}
