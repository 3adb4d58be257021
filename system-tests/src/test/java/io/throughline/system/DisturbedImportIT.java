package io.throughline.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An import goes on from where it was when job-worker and enrollment-service are killed with {@code kill -9} in the middle,
 * again and again: no row is missed, none is counted twice, and every bad one is told with its line.
 */
@ExtendWith(SharedSuite.class)
class DisturbedImportIT {

    private static final int ROWS = Integer.getInteger("throughline.import.rows", 60_000);

    @TempDir
    Path directory;

    private final Set<String> stored = new TreeSet<>();
    private final Map<Integer, String> bad = new TreeMap<>();
    private int duplicates;

    @Test
    void countsEachRowOnceHoweverOftenItsServicesDie(SharedSuite.Stage stage) throws Exception {
        long seed = Long.getLong("seed", new Random().nextLong());
        Random random = new Random(seed);
        System.out.printf("DisturbedImportIT seed %d, rows %d%n", seed, ROWS);
        Path file = madeUp(random);
        Client client = stage.client();
        String job = client.post("/api/import/csv", BodyPublishers.ofFile(file), "text/csv")
                .path("data")
                .path("jobId")
                .asText();
        List<Integer> deaths = new ArrayList<>();
        for (int round = 0; round < 4; round++) {
            // Somewhere in the first half of each fifth, but for the last: there must be something left to do.
            int from = (ROWS / 5 * round) + random.nextInt(ROWS / 10);
            JsonNode seen = Journey.patiently("row " + from)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> job(client, job), each -> isOver(each) || done(each) >= from);
            if (!isOver(seen)) {
                deaths.add(done(seen));
            }
            stage.suite().kill(round % 2 == 0 ? "job-worker" : "enrollment-service");
        }
        System.out.println("killed after rows " + deaths);
        assertThat(deaths).as("deaths while there was something to do").hasSizeGreaterThanOrEqualTo(2);
        JsonNode ended = Journey.patiently("the import ends").until(() -> job(client, job), DisturbedImportIT::isOver);
        assertThat(ended.path("status").asText()).as(ended.toString()).isEqualTo("completed");
        JsonNode result = ended.path("result");
        assertThat(result.path("rows").asInt()).isEqualTo(ROWS);
        assertThat(result.path("failed").asInt()).isEqualTo(bad.size());
        assertThat(result.path("duplicates").asInt()).isEqualTo(duplicates);
        assertThat(result.path("created").asInt()).isEqualTo(stored.size());
        assertThat(result.path("updated").asInt()).isZero();
        assertThat(errors(client.text(result.path("errorFileUrl").asText()))).isEqualTo(bad);
        assertThat(contacts(client)).isEqualTo(stored);
    }

    /** One row in a hundred is no address, one in fifty repeats an address from before. */
    private Path madeUp(Random random) throws Exception {
        List<String> lines = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        lines.add("Email,First Name,Company");
        for (int i = 1; i <= ROWS; i++) {
            int dice = random.nextInt(100);
            String email = "person" + i + "@company" + i % 700 + ".example";
            if (dice == 0) {
                email = "nobody" + i;
                bad.put(i + 1, email);
            } else if (dice <= 2 && !addresses.isEmpty()) {
                email = addresses.get(random.nextInt(addresses.size()));
                duplicates++;
            } else {
                addresses.add(email);
                stored.add(email);
            }
            lines.add(email + ",First" + i + ",Company " + i % 700);
        }
        return Files.write(directory.resolve("people.csv"), lines);
    }

    private static JsonNode job(Client client, String id) {
        return client.get("/api/jobs/" + id).path("data");
    }

    private static boolean isOver(JsonNode job) {
        return Set.of("completed", "failed", "cancelled")
                .contains(job.path("status").asText());
    }

    private static int done(JsonNode job) {
        return job.path("progress").path("done").asInt();
    }

    /** The address of each row that was told of, by line. */
    private static Map<Integer, String> errors(String csv) throws Exception {
        Map<Integer, String> errors = new TreeMap<>();
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(csv)) {
            for (NamedCsvRecord row : rows) {
                assertThat(row.getField("code")).as(row.toString()).isEqualTo("invalid_email");
                assertThat(errors.put(Integer.parseInt(row.getField("line")), row.getField("Email")))
                        .as("told once: " + row)
                        .isNull();
            }
        }
        return errors;
    }

    /** By paging through all of them. */
    private static Set<String> contacts(Client client) {
        Set<String> emails = new HashSet<>();
        String cursor = "";
        do {
            JsonNode page = client.get("/api/contacts?limit=200" + cursor);
            page.path("data").forEach(each -> emails.add(each.path("email").asText()));
            cursor = Journey.next(page);
        } while (cursor != null);
        return emails;
    }
}
