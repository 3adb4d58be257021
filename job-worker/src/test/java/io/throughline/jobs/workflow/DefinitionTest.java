package io.throughline.jobs.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.throughline.platform.test.EmbeddedServers;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@WithTestResource(EmbeddedServers.class)
class DefinitionTest {

    @Inject
    DefinitionReader reader;

    private final WorkflowClient client = new WorkflowClient();

    private Map<String, String> errors(String yaml) {
        JsonPath answer = client.define("wrong", yaml)
                .statusCode(422)
                .body("code", equalTo("validation_failed"))
                .extract()
                .jsonPath();
        Map<String, String> errors = new HashMap<>();
        answer.<Map<String, String>>getList("errors")
                .forEach(error -> errors.put(error.get("pointer"), error.get("detail")));
        return errors;
    }

    @Test
    void keepsJsonAndYamlAlikeAndSaysWhatWasLeftOut() {
        client.http()
                .body("{\"steps\":[{\"name\":\"a\",\"type\":\"echo\"},{\"name\":\"b\",\"type\":\"echo\"}]}")
                .put("/api/workflows/definitions/json")
                .then()
                .statusCode(200);
        client.define("yaml", "steps:\n- {name: a, type: echo}\n- {name: b, type: echo}\n")
                .statusCode(200);
        for (String name : List.of("json", "yaml")) {
            client.http()
                    .get("/api/workflows/definitions/" + name)
                    .then()
                    .statusCode(200)
                    .body("data.name", equalTo(name))
                    .body("data.builtIn", equalTo(false))
                    .body("data.updatedAt", notNullValue())
                    .body("data.inputs", equalTo(Map.of()))
                    .body("data.steps.name", equalTo(List.of("a", "b")))
                    .body("data.steps[0].after", equalTo(List.of()))
                    .body("data.steps[1].after", equalTo(List.of("a")))
                    .body("data.steps[1].attempts", equalTo(5))
                    .body("data.steps[1].onFailure", equalTo("fail"))
                    .body("data.steps[1].when", nullValue());
        }
    }

    @Test
    void takesBackWhatItShows() {
        client.define("full", """
                description: All there is.
                inputs: {z: {required: true}, a: {default: [1, {x: null}]}, m: {}}
                steps:
                  - {name: one, type: sleep, parameters: {millis: "${inputs.z}", steps: 2}, timeLimit: PT1M, attempts: 1}
                  - {name: two, type: echo, after: [one], when: "inputs.a.0 == 1", onFailure: continue}
                """).statusCode(200);
        JsonPath shown = client.http().get("/api/workflows/definitions/full").jsonPath();
        assertThat(List.copyOf(shown.getMap("data.inputs").keySet())).isEqualTo(List.of("z", "a", "m"));
        Map<String, Object> body = new HashMap<>();
        for (String field : List.of("description", "inputs", "steps")) {
            body.put(field, shown.get("data." + field));
        }
        client.http().body(body).put("/api/workflows/definitions/copy").then().statusCode(200);
        JsonPath copy = client.http().get("/api/workflows/definitions/copy").jsonPath();
        assertThat(copy.<Object>get("data.steps")).isEqualTo(shown.get("data.steps"));
        assertThat(copy.<Object>get("data.inputs")).isEqualTo(shown.get("data.inputs"));
    }

    @Test
    void replacesAndRemoves() {
        client.define("mine", "steps: [{name: a, type: echo}]").statusCode(200);
        client.define("mine", "steps: [{name: b, type: echo}]")
                .statusCode(200)
                .body("data.steps[0].name", equalTo("b"));
        client.http().delete("/api/workflows/definitions/mine").then().statusCode(204);
        client.http().delete("/api/workflows/definitions/mine").then().statusCode(404);
        client.http().get("/api/workflows/definitions/mine").then().statusCode(404);
    }

    @Test
    void putsATenantsOwnInPlaceOfABuiltInOne() {
        client.http().delete("/api/workflows/definitions/greet").then().statusCode(404);
        client.http().get("/api/workflows/definitions/greet").then().body("data.builtIn", equalTo(true));
        client.define("greet", "steps: [{name: mine, type: echo}]").statusCode(200);
        client.http()
                .get("/api/workflows/definitions")
                .then()
                .body("data.name", equalTo(List.of("greet")))
                .body("data.builtIn", equalTo(List.of(false)));
        client.http().delete("/api/workflows/definitions/greet").then().statusCode(204);
        client.http().get("/api/workflows/definitions/greet").then().body("data.builtIn", equalTo(true));
    }

    @Test
    void pagesByNameThroughBothKinds() {
        List<String> names = List.of("alpha", "beta", "gamma", "omega", "zeta");
        names.forEach(
                name -> client.define(name, "steps: [{name: a, type: echo}]").statusCode(200));
        List<String> seen = new ArrayList<>();
        String cursor = null;
        do {
            var request = client.http().queryParam("limit", 2);
            JsonPath page = (cursor == null ? request : request.queryParam("cursor", cursor))
                    .get("/api/workflows/definitions")
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            seen.addAll(page.getList("data.name"));
            cursor = page.getString("page.next");
        } while (cursor != null);
        assertThat(seen).containsExactly("alpha", "beta", "gamma", "greet", "omega", "zeta");
        for (String query : List.of("limit=0", "cursor=garbage%21")) {
            client.http()
                    .get("/api/workflows/definitions?" + query)
                    .then()
                    .statusCode(422)
                    .body("errors[0].pointer", equalTo("/" + query.substring(0, query.indexOf('='))));
        }
    }

    @Test
    void namesEveryFieldThatIsWrongAtOnce() {
        assertThat(errors("""
                        title: x
                        inputs: {"1st": {}, ok: {required: maybe}, both: {required: true, default: 1}, odd: {type: text}}
                        steps:
                          - {name: a, type: fly}
                          - {name: a, type: import}
                          - {name: "no spaces", type: echo, color: red}
                          - {type: echo, parameters: [1]}
                          - {name: e, type: echo, parameters: {x: ["${nope}"], "y/z": "${inputs.ok"}}
                          - {name: f, type: echo, when: "inputs.ok ==", attempts: 0, timeLimit: soon, onFailure: panic}
                          - {name: g, type: echo, after: [a, 7, a], timeLimit: PT25H, attempts: many}
                          - {name: h, type: sleep, parameters: {millis: -1}}
                          - just text
                        """))
                .containsOnlyKeys(
                        "/title",
                        "/inputs/1st",
                        "/inputs/ok/required",
                        "/inputs/both/default",
                        "/inputs/odd/type",
                        "/steps/0/type",
                        "/steps/1/type",
                        "/steps/1/name",
                        "/steps/2/name",
                        "/steps/2/color",
                        "/steps/3/name",
                        "/steps/3/parameters",
                        "/steps/4/parameters/x/0",
                        "/steps/4/parameters/y~1z",
                        "/steps/5/when",
                        "/steps/5/attempts",
                        "/steps/5/timeLimit",
                        "/steps/5/onFailure",
                        "/steps/6/after/1",
                        "/steps/6/after/2",
                        "/steps/6/timeLimit",
                        "/steps/6/attempts",
                        "/steps/7/parameters",
                        "/steps/8")
                .containsEntry("/steps/7/parameters", "is not what sleep takes: millis must be between 0 and 3600000");
    }

    @Test
    void refusesCirclesAndReferencesToWhatNeedNotBeThere() {
        assertThat(errors("""
                        steps:
                          - {name: a, type: echo, after: [c]}
                          - {name: b, type: echo, after: [a, gone]}
                          - {name: c, type: echo, after: [b]}
                          - {name: self, type: echo, after: [self]}
                        """))
                .containsOnlyKeys(
                        "/steps/0/after", "/steps/1/after", "/steps/1/after/1", "/steps/2/after", "/steps/3/after");
        assertThat(errors("""
                        inputs: {n: {}}
                        steps:
                          - {name: a, type: echo, parameters: {x: "${steps.b.output.x}", ok: "${inputs.n}"}}
                          - {name: b, type: echo, after: [], when: steps.a.output.x > 1}
                          - {name: c, type: echo, parameters: {deep: [{x: "hello ${steps.zzz.output}"}]}, when: inputs.m == 1}
                          - {name: d, type: echo, parameters: {b: "${steps.b.output}", c: "${steps.c.output}", a: "${steps.a.output}"}}
                        """))
                .containsOnlyKeys(
                        "/steps/0/parameters/x",
                        "/steps/1/when",
                        "/steps/2/parameters/deep/0/x",
                        "/steps/2/when",
                        "/steps/3/parameters/a");
    }

    @Test
    void takesAHundredStepsAndNoMore() {
        String step = "- {name: s%d, type: echo}\n";
        StringBuilder steps = new StringBuilder("steps:\n");
        for (int i = 0; i < 100; i++) {
            steps.append(step.formatted(i));
        }
        client.define("hundred", steps.toString()).statusCode(200);
        assertThat(errors(steps + step.formatted(100))).containsOnlyKeys("/steps");
        assertThat(errors("steps: []")).containsOnlyKeys("/steps");
        assertThat(errors("description: none")).containsOnlyKeys("/steps");
        assertThat(errors("[]")).containsOnlyKeys("/");
        assertThat(errors("")).containsOnlyKeys("/");
    }

    @Test
    void refusesBodiesItCannotReadOrKeep() {
        client.define("bad", "steps: [").statusCode(400).body("code", equalTo("malformed_request"));
        client.define("bad", "steps: []\nsteps: []").statusCode(400);
        client.define("bad", "steps: !!javax.script.ScriptEngineManager []").statusCode(422);
        client.define("bad", "# " + "x".repeat(200_000)).statusCode(413).body("code", equalTo("too_large"));
        client.define("bad", "a: " + "[".repeat(5000)).statusCode(400);
        client.http()
                .body("{\"steps\":")
                .put("/api/workflows/definitions/bad")
                .then()
                .statusCode(400);
        client.http()
                .body("{\"steps\":[{\"name\":\"a\",\"type\":\"echo\",\"parameters\":{\"x\":\"\\u0000\"}}]}")
                .put("/api/workflows/definitions/bad")
                .then()
                .statusCode(422)
                .body("errors.pointer", hasItem("/steps/0/parameters/x"));
        client.http()
                .contentType("text/csv")
                .body("a")
                .put("/api/workflows/definitions/bad")
                .then()
                .statusCode(415);
        client.define("1-bad-name", "steps: [{name: a, type: echo}]")
                .statusCode(422)
                .body("errors.pointer", hasItem("/name"));
    }

    @Test
    void knowsEveryFileOfItsFolder() throws IOException {
        Path folder = Path.of("src/main/resources/workflows");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(Files.readAllLines(folder.resolve("index")))
                    .containsExactlyInAnyOrderElementsOf(
                            files.map(file -> file.getFileName().toString())
                                    .filter(file -> file.endsWith(".yaml"))
                                    .toList());
        }
    }

    @Test
    void takesBuiltInOnesFromAFolderToo(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("nightly.yaml"), "steps: [{name: a, type: echo}]");
        Files.writeString(folder.resolve("notes.txt"), "not a workflow");
        assertThat(new BuiltInDefinitions(reader, () -> Optional.of(folder)).byName())
                .containsOnlyKeys("greet", "nightly");
        Files.writeString(folder.resolve("broken.yaml"), "steps: [{name: a, type: fly}]");
        assertThatThrownBy(() -> new BuiltInDefinitions(reader, () -> Optional.of(folder)))
                .hasMessageContaining("broken.yaml")
                .hasMessageContaining("/steps/0/type");
    }
}
