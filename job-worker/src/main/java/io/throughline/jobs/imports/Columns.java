package io.throughline.jobs.imports;

import io.throughline.events.imports.ContactUpsertBatch;
import io.throughline.platform.http.Problem;
import io.throughline.platform.http.Problem.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Which column of a file becomes which field of a contact. */
final class Columns {

    private static final String ATTRIBUTE = "attributes.";
    private static final Set<String> FIELDS = Set.of("email", "firstName", "lastName", "company", "companyDomain");

    /** Header names as they are commonly written, lower-case, letters and digits only. */
    private static final Map<String, String> WELL_KNOWN = Map.ofEntries(
            Map.entry("email", "email"),
            Map.entry("emailaddress", "email"),
            Map.entry("mail", "email"),
            Map.entry("firstname", "firstName"),
            Map.entry("givenname", "firstName"),
            Map.entry("lastname", "lastName"),
            Map.entry("surname", "lastName"),
            Map.entry("familyname", "lastName"),
            Map.entry("company", "company"),
            Map.entry("companyname", "company"),
            Map.entry("organization", "company"),
            Map.entry("organisation", "company"),
            Map.entry("companydomain", "companyDomain"),
            Map.entry("domain", "companyDomain"));

    private final int width;
    private final Map<String, Integer> fields = new HashMap<>();
    private final Map<String, Integer> attributes = new LinkedHashMap<>();

    private Columns(int width) {
        this.width = width;
    }

    /** The mapping to use when the client gave none: columns whose names are well known, each field once. */
    static Map<String, String> guess(List<String> header) {
        Map<String, String> mapping = new LinkedHashMap<>();
        for (String column : header) {
            String field = WELL_KNOWN.get(column.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", ""));
            if (field != null && !mapping.containsValue(field)) {
                mapping.put(column, field);
            }
        }
        return mapping;
    }

    /** @throws Problem with everything that is wrong with the mapping */
    static Columns of(List<String> header, Map<String, String> mapping) {
        Columns columns = new Columns(header.size());
        List<FieldError> errors = new ArrayList<>();
        mapping.forEach((column, field) -> {
            String pointer = "/fieldMapping/" + column.replace("~", "~0").replace("/", "~1");
            int index = header.indexOf(column);
            if (index >= 0 && header.lastIndexOf(column) > index) {
                errors.add(new FieldError(
                        pointer,
                        "is the name of columns " + (index + 1) + " and " + (header.lastIndexOf(column) + 1)
                                + "; give one of them another name"));
            } else if (index < 0) {
                errors.add(new FieldError(pointer, "is not a column of the file, which has " + shown(header)));
            } else if (field != null && FIELDS.contains(field)) {
                if (columns.fields.putIfAbsent(field, index) != null) {
                    errors.add(new FieldError(pointer, "is the second column that is mapped to " + field));
                }
            } else if (field != null && field.startsWith(ATTRIBUTE) && field.length() > ATTRIBUTE.length()) {
                columns.attributes.put(field.substring(ATTRIBUTE.length()), index);
            } else {
                errors.add(new FieldError(
                        pointer,
                        "must be mapped to email, firstName, lastName, company, companyDomain or attributes.NAME"));
            }
        });
        if (errors.isEmpty() && !columns.fields.containsKey("email")) {
            errors.add(new FieldError(
                    "/fieldMapping", "must map a column to email; the columns of the file are " + shown(header)));
        }
        if (!errors.isEmpty()) {
            throw Problem.invalid(errors);
        }
        return columns;
    }

    private static String shown(List<String> header) {
        String names = String.join(", ", header);
        return names.length() > 500 ? names.substring(0, 500) + "…" : names;
    }

    /** Fields that the header has no column for. */
    boolean tooWide(List<String> record) {
        return record.size() > width;
    }

    ContactUpsertBatch.Row row(long line, List<String> record) {
        Map<String, String> values = new HashMap<>();
        attributes.forEach((name, index) -> {
            String value = value(record, index);
            if (value != null) {
                values.put(name, value);
            }
        });
        return new ContactUpsertBatch.Row(
                line,
                field(record, "email"),
                field(record, "firstName"),
                field(record, "lastName"),
                field(record, "company"),
                field(record, "companyDomain"),
                values);
    }

    private String field(List<String> record, String field) {
        Integer index = fields.get(field);
        return index == null ? null : value(record, index);
    }

    /** Null when the row is shorter than the header, or the field blank. */
    private static String value(List<String> record, int index) {
        if (index >= record.size() || record.get(index).isBlank()) {
            return null;
        }
        return record.get(index).strip();
    }
}
