package io.throughline.analytics.report;

import io.throughline.platform.access.CurrentCaller;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Whether the caller may see an instance's figures, and which report of it is meant. One statement. */
@Singleton
public class Admission {

    private static final int MOST_DAYS = 365;

    private final ReportStore store;
    private final KnownInstances instances;
    private final ReadReport reports;
    private final CurrentCaller caller;

    Admission(ReportStore store, KnownInstances instances, ReadReport reports, CurrentCaller caller) {
        this.store = store;
        this.instances = instances;
        this.reports = reports;
        this.caller = caller;
    }

    /**
     * The report of the figures as they are now.
     *
     * @param days as sent by the client
     * @throws Problem 422 for days out of range, 404 for an instance that is not the caller's
     */
    public ReadReport.Key report(UUID instance, String days) {
        int shown = days(days, MOST_DAYS);
        return reports.key(caller.tenantId(), instance, shown, version(instance));
    }

    /**
     * The version of an instance's figures; 0: nothing has happened yet.
     *
     * @throws Problem 404 for an instance that is not the caller's
     */
    public long version(UUID instance) {
        UUID tenant = caller.tenantId();
        ReportStore.State state = store.state(tenant, instance);
        if (!state.known()) {
            instances.lookUp(tenant, instance);
        }
        return state.version();
    }

    /** Read here and not by JAX-RS, which answers 404 for a number it cannot read. */
    public static int days(String text, int most) {
        try {
            int days = Integer.parseInt(text);
            if (days >= 1 && days <= most) {
                return days;
            }
        } catch (NumberFormatException e) {
            // told below, like a number out of range
        }
        throw Problem.invalid(List.of(new Problem.FieldError("/days", "must be a whole number from 1 to " + most)));
    }
}
