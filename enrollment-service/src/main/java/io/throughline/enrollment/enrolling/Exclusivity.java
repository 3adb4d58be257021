package io.throughline.enrollment.enrolling;

import io.throughline.enrollment.instance.InstancesChanged;
import io.throughline.platform.sql.Sql;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/**
 * A contact goes on in one exclusive instance at a time. Which enrollment waits for which is found when its step is due
 * ({@code sequence_to_wait_for} in the migrations); an enrollment that ends lets go those that wait for it. What else may end a
 * wait is that the other instance is active or exclusive no more, and that is here.
 */
@Singleton
class Exclusivity {

    private final Sql sql;

    Exclusivity(Sql sql) {
        this.sql = sql;
    }

    /** One statement over those that wait, of all tenants on purpose; they are few, and instances change rarely. */
    void letGo(@Observes InstancesChanged changed) {
        sql.update("""
                UPDATE enrollment waiting SET waits_for = NULL
                FROM enrollment other, instance_copy its, instance_copy own
                WHERE waiting.waits_for IS NOT NULL
                  AND other.id = waiting.waits_for AND other.tenant_id = waiting.tenant_id
                  AND its.id = other.instance_id AND own.id = waiting.instance_id
                  AND (its.status <> 'active' OR NOT its.exclusive OR NOT own.exclusive)
                """);
    }
}
