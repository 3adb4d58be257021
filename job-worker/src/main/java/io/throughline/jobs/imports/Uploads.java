package io.throughline.jobs.imports;

import com.fasterxml.jackson.core.type.TypeReference;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.CommonErrors;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** The three ways in which a file comes: as the body, as a part of a form, as text in JSON. */
@Singleton
class Uploads {

    /** JSON is held in memory whole; a file is not. */
    private static final int LARGEST_JSON = 16 << 20;

    private final Json json;

    Uploads(Json json) {
        this.json = json;
    }

    /**
     * @param csvData the whole file
     * @param fieldMapping from column to field; null: by well-known header names
     * @param deduplicate null: true
     */
    public record ImportRequest(String csvData, Map<String, String> fieldMapping, Boolean deduplicate) {}

    Upload body(InputStream body, String fieldMapping, String deduplicate) {
        return new Upload(body, mapping(fieldMapping), flag(deduplicate), "/file");
    }

    Upload form(FileUpload file, String fieldMapping, String deduplicate) throws IOException {
        if (file == null) {
            throw FileHead.invalid("/file", "is missing");
        }
        return new Upload(Files.newInputStream(file.uploadedFile()), mapping(fieldMapping), flag(deduplicate), "/file");
    }

    Upload text(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(LARGEST_JSON + 1);
        if (bytes.length > LARGEST_JSON) {
            throw new Problem(
                    CommonErrors.TOO_LARGE,
                    "JSON has at most " + LARGEST_JSON + " bytes here; send a larger file as text/csv.");
        }
        ImportRequest request = read(bytes);
        if (request == null || request.csvData() == null) {
            throw FileHead.invalid("/csvData", "is missing");
        }
        return new Upload(
                new ByteArrayInputStream(request.csvData().getBytes(StandardCharsets.UTF_8)),
                request.fieldMapping(),
                request.deduplicate() == null || request.deduplicate(),
                "/csvData");
    }

    private ImportRequest read(byte[] bytes) throws IOException {
        try {
            return json.read(bytes, ImportRequest.class);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private Map<String, String> mapping(String text) {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return json.read(text, new TypeReference<LinkedHashMap<String, String>>() {});
        } catch (UncheckedIOException e) {
            throw FileHead.invalid(
                    "/fieldMapping", "must be a JSON object from column to field, such as {\"Email\":\"email\"}");
        }
    }

    private static boolean flag(String text) {
        return switch (text) {
            case null -> true;
            case "true", "" -> true;
            case "false" -> false;
            default -> throw FileHead.invalid("/deduplicate", "must be true or false");
        };
    }
}
