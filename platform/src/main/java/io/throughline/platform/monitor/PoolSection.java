package io.throughline.platform.monitor;

import io.agroal.api.AgroalDataSource;
import jakarta.inject.Singleton;
import java.util.Map;

@Singleton
class PoolSection implements MonitorSection {

    private final AgroalDataSource pool;

    PoolSection(AgroalDataSource pool) {
        this.pool = pool;
    }

    @Override
    public String name() {
        return "pool";
    }

    @Override
    public Map<String, Object> figures() {
        int limit = pool.getConfiguration().connectionPoolConfiguration().maxSize();
        long active = pool.getMetrics().activeCount();
        return Map.of(
                "active",
                active,
                "idle",
                pool.getMetrics().availableCount(),
                "waiting",
                pool.getMetrics().awaitingCount(),
                "limit",
                limit,
                "usedRatio",
                limit == 0 ? 0.0 : (double) active / limit);
    }
}
