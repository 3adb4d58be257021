package io.throughline.local.demo;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The contacts to import, and what an import must find in them, counted here from the file alone.
 *
 * @param rows without the header
 * @param emails distinct, ignoring case: one contact each
 */
public record ContactFile(Path path, int rows, Set<String> emails) {

    /** The sample data's columns; what has no field of ours becomes an attribute. */
    public static final Map<String, String> MAPPING = Map.of(
            "Email", "email",
            "First Name", "firstName",
            "Last Name", "lastName",
            "Company", "company",
            "Country", "attributes.country");

    private static final int GENERATED_ROWS = 10_000;

    /** @param chosen null for the sample next to the working copy, or a generated one when there is none */
    public static ContactFile of(Path chosen, Path root) throws IOException {
        Path sample = root.resolve("../shared/data/customers-10000.csv").normalize();
        Path path = chosen != null ? chosen : Files.exists(sample) ? sample : generated();
        Set<String> emails = new HashSet<>();
        int rows = 0;
        try (CsvReader<NamedCsvRecord> reader = CsvReader.builder().ofNamedCsvRecord(path)) {
            for (NamedCsvRecord row : reader) {
                rows++;
                emails.add(row.getField("Email").trim().toLowerCase(Locale.ROOT));
            }
        }
        return new ContactFile(path, rows, Set.copyOf(emails));
    }

    private static Path generated() throws IOException {
        Path file = Files.createTempFile("throughline-contacts-", ".csv");
        file.toFile().deleteOnExit();
        StringBuilder text = new StringBuilder("First Name,Last Name,Company,Country,Email\n");
        for (int row = 1; row <= GENERATED_ROWS; row++) {
            text.append("First%d,Last%d,\"Company %d, Ltd\",Norway,person%d@company%d.example\n"
                    .formatted(row, row, row % 500, row, row % 500));
        }
        return Files.writeString(file, text);
    }
}
