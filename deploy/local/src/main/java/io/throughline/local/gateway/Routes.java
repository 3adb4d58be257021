package io.throughline.local.gateway;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which service answers a path. The first match counts. */
final class Routes {

    private record Route(Pattern path, String service) {}

    private static final String INSTANCE = "/api/campaigns/instances/[^/]+";

    private static final List<Route> ROUTES = List.of(
            route(INSTANCE + "/performance(\\.csv|/.*)?", "analytics-service"),
            route("/api/(events|analytics)(/.*)?", "analytics-service"),
            route("/[tu]/.*", "analytics-service"),
            route("/api/campaigns/templates/[^/]+/(preview|test-send)", "enrollment-service"),
            route(INSTANCE + "/(enrollments|ledger)(/.*)?", "enrollment-service"),
            route("/api/(enrollments|contacts|segments|suppressions)(/.*)?", "enrollment-service"),
            route("/api/(account|campaigns|monitor)(/.*)?", "campaign-service"),
            route("/api/(import|jobs|workflows|outreach|webhooks)(/.*)?", "job-worker"),
            route("/api/chat(/.*)?", "chat-service"));

    private Routes() {}

    private static Route route(String path, String service) {
        return new Route(Pattern.compile(path), service);
    }

    static Optional<String> serviceOf(String path) {
        return ROUTES.stream()
                .filter(route -> route.path().matcher(path).matches())
                .map(Route::service)
                .findFirst();
    }
}
