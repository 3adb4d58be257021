package io.throughline.jobs.schedule;

import static io.restassured.RestAssured.given;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.throughline.platform.test.EmbeddedServers;
import io.throughline.platform.test.PagingSuite;
import io.throughline.platform.test.TestKeys.TestKey;
import java.util.ArrayList;
import java.util.List;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class SchedulePagingTest extends PagingSuite {

    @Override
    protected String list(TestKey key) {
        return "/api/jobs/schedules";
    }

    @Override
    protected List<String> create(TestKey key, int rows) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            String name = "s-" + i;
            given().header("X-API-Key", key.apiKey())
                    .contentType("application/json")
                    .body("{\"cron\":\"0 0 1 1 *\",\"type\":\"echo\"}")
                    .put(list(key) + "/" + name)
                    .then()
                    .statusCode(201);
            names.add(name);
        }
        return names;
    }

    @Override
    protected String idField() {
        return "name";
    }
}
