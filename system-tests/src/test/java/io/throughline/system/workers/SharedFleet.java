package io.throughline.system.workers;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One fleet for all tests of workers, started with the first and ended after the last, also when tests fail. */
final class SharedFleet implements ParameterResolver {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Fleet.class;
    }

    @Override
    public Fleet resolveParameter(ParameterContext parameter, ExtensionContext test) {
        Fleet fleet = test.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedFleet.class))
                .computeIfAbsent(Fleet.class, any -> start(), Fleet.class);
        fleet.restore();
        return fleet;
    }

    private static Fleet start() {
        try {
            return Fleet.start();
        } catch (Exception e) {
            throw new IllegalStateException("the fleet does not start", e);
        }
    }
}
