package io.throughline.system;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The people of the file under test, read by the test itself: first name by email address. The file is named by the
 * system property {@code contacts.file}; without it, a public sample of 10,000 people beside the checkout, or, when
 * there is none, as many made up.
 */
record Recipients(Path file, Map<String, String> firstNames) {

    static final Map<String, String> MAPPING = Map.of(
            "Email",
            "email",
            "First Name",
            "firstName",
            "Last Name",
            "lastName",
            "Company",
            "company",
            "City",
            "attributes.city");

    static Recipients read(Path directory) throws IOException {
        Path file = Path.of(System.getProperty(
                "contacts.file", System.getProperty("throughline.root") + "/../shared/data/customers-10000.csv"));
        if (!Files.exists(file)) {
            file = fileOf(directory, 10_000);
        }
        System.out.println("contacts: " + file);
        return new Recipients(file, namesIn(file));
    }

    private static Map<String, String> namesIn(Path file) throws IOException {
        Map<String, String> firstNames = new TreeMap<>();
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord row : rows) {
                firstNames.putIfAbsent(
                        row.getField("Email").toLowerCase(java.util.Locale.ROOT), row.getField("First Name"));
            }
        }
        return firstNames;
    }

    /** The first of them, in a file of their own: a fault needs fewer people than a figure. */
    Recipients first(int most, Path directory) throws IOException {
        List<String> lines = Files.readAllLines(file);
        Path shorter = Files.write(directory.resolve("first.csv"), lines.subList(0, Math.min(lines.size(), most + 1)));
        return new Recipients(shorter, namesIn(shorter));
    }

    static Recipients madeUp(Path directory, int count) throws IOException {
        Path file = fileOf(directory, count);
        return new Recipients(file, namesIn(file));
    }

    private static Path fileOf(Path directory, int count) throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("Index,First Name,Last Name,Company,City,Email");
        for (int i = 1; i <= count; i++) {
            lines.add(i + ",First" + i + ",Last" + i + ",\"Company " + i % 700 + ", Inc\",City,person" + i + "@company"
                    + i % 700 + ".example");
        }
        return Files.write(directory.resolve("contacts.csv"), lines);
    }

    int count() {
        return firstNames.size();
    }
}
