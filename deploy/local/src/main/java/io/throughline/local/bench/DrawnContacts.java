package io.throughline.local.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Made-up people, each with an email of their own, in no order: the same seed always gives the same, and seeds at least as far
 * apart as there are rows give other people. A row is as long as in
 * the sample data, about 80 bytes, and every company's name needs quotes.
 */
record DrawnContacts(int rows, long seed) {

    static final String HEADER = "Email,First Name,Last Name,Company,Country";
    /** What {@link #copyFile} has values for. */
    static final String COLUMNS =
            "tenant_id, email, first_name, last_name, company, attributes, import_job_id, seen_imports";

    private static final String[] FIRST = {"Ann", "Bo", "Chloé", "Dev", "Emil", "Fatou", "Grace", "Hugo", "Ines", "Jun"
    };
    private static final String[] LAST = {"Berg", "Costa", "Dahl", "Eze", "Fischer", "García", "Holm", "Ito", "Jansen"};
    private static final String[] COUNTRY = {"Norway", "Portugal", "Nigeria", "Germany", "Japan"};
    private static final int PEOPLE_PER_COMPANY = 20;

    /** As people send it. */
    Path csvFile() throws IOException {
        return write("contacts", HEADER, (row, number) -> {
            Person person = person(number);
            row.append(person.email)
                    .append(',')
                    .append(person.first)
                    .append(',')
                    .append(person.last);
            row.append(",\"").append(person.company).append("\",").append(person.country);
        });
    }

    /** As {@code COPY … FROM STDIN (FORMAT csv)} reads it: what is stored of each row. */
    Path copyFile(UUID tenant, UUID importId) throws IOException {
        return write("copy", null, (row, number) -> {
            Person person = person(number);
            row.append(tenant).append(',').append(person.email).append(',').append(person.first);
            row.append(',').append(person.last).append(",\"").append(person.company);
            row.append("\",\"{\"\"country\"\":\"\"").append(person.country).append("\"\"}\",");
            row.append(importId).append(",{").append(importId).append('}');
        });
    }

    private interface Line {
        void write(StringBuilder row, int number);
    }

    private Path write(String name, String header, Line line) throws IOException {
        Path file = Files.createTempFile("throughline-bench-" + name + "-", ".csv");
        file.toFile().deleteOnExit();
        StringBuilder row = new StringBuilder();
        try (BufferedWriter text = Files.newBufferedWriter(file)) {
            if (header != null) {
                text.append(header).append('\n');
            }
            for (int number = 0; number < rows; number++) {
                row.setLength(0);
                line.write(row, number);
                text.append(row.append('\n'));
            }
        }
        return file;
    }

    private record Person(String email, String first, String last, String company, String country) {}

    private Person person(int number) {
        long drawn = mixed(seed + number);
        String first = FIRST[bounded(drawn, FIRST.length)];
        String last = LAST[bounded(drawn >>> 8, LAST.length)];
        int company = bounded(drawn >>> 16, rows / PEOPLE_PER_COMPANY + 1);
        // Different for different numbers, for the mixing is one to one; and in no order.
        String email = "p" + Long.toHexString(drawn) + "@company" + company + ".example";
        return new Person(
                email, first, last, "Company " + company + ", Ltd", COUNTRY[bounded(drawn >>> 32, COUNTRY.length)]);
    }

    private static int bounded(long bits, int bound) {
        return (int) Long.remainderUnsigned(bits, bound);
    }

    /** SplitMix64's finisher (Steele, Lea, Flood 2014). */
    private static long mixed(long value) {
        long mixed = (value * 0x9E3779B97F4A7C15L);
        mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }
}
