package io.throughline.platform.access;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Not ready before all keys are read: a replica that has just started must not refuse a good key. */
@Readiness
@Singleton
class KeysKnown implements HealthCheck {

    private final KeyDirectory keys;

    KeysKnown(KeyDirectory keys) {
        this.keys = keys;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("api-keys")
                .status(keys.complete())
                .withData("keys", keys.size())
                .build();
    }
}
