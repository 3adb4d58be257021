package io.throughline.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DrawnContactsTest {

    private static final int ROWS = 20_000;

    private static List<CsvRecord> records(Path file) throws IOException {
        try (CsvReader<CsvRecord> reader = CsvReader.builder().ofCsvRecord(file)) {
            return reader.stream().toList();
        }
    }

    @Test
    void drawsOtherPeopleFromTheNextSeeds() throws IOException {
        Set<String> emails = new HashSet<>();
        for (long seed : new long[] {7, 7 + ROWS}) {
            List<CsvRecord> rows = records(new DrawnContacts(ROWS, seed).csvFile());
            assertThat(rows).hasSize(ROWS + 1);
            assertThat(String.join(",", rows.getFirst().getFields())).isEqualTo(DrawnContacts.HEADER);
            rows.stream().skip(1).forEach(row -> emails.add(row.getField(0)));
        }
        assertThat(emails).hasSize(2 * ROWS).allMatch(email -> email.matches("p[0-9a-f]+@company\\d+\\.example"));
    }

    @Test
    void givesCopyTheSameRows() throws IOException {
        DrawnContacts drawn = new DrawnContacts(100, 7);
        assertThat(Files.readString(drawn.csvFile())).isEqualTo(Files.readString(new DrawnContacts(100, 7).csvFile()));
        List<CsvRecord> sent = records(drawn.csvFile());
        List<CsvRecord> copied = records(drawn.copyFile(new UUID(0, 1), new UUID(0, 2)));
        assertThat(copied).hasSize(100);
        for (int row = 0; row < copied.size(); row++) {
            List<String> of = sent.get(row + 1).getFields();
            assertThat(copied.get(row).getFields())
                    .containsExactly(
                            new UUID(0, 1).toString(),
                            of.get(0),
                            of.get(1),
                            of.get(2),
                            of.get(3),
                            "{\"country\":\"" + of.get(4) + "\"}",
                            new UUID(0, 2).toString(),
                            "{" + new UUID(0, 2) + "}");
        }
    }
}
