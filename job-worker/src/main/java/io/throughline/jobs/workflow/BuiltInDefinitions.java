package io.throughline.jobs.workflow;

import io.quarkus.runtime.Startup;
import io.throughline.platform.http.Problem;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Definitions that every tenant has: those in {@code workflows/} on the classpath, by its {@code index}, since a folder in a
 * jar cannot be listed, and those in a folder of the operator's. One that is wrong keeps the service from starting.
 */
@Startup
@Singleton
class BuiltInDefinitions {

    private static final String SUFFIX = ".yaml";

    private final NavigableMap<String, Definition> byName = new TreeMap<>();
    private final DefinitionReader reader;

    BuiltInDefinitions(DefinitionReader reader, WorkflowSettings settings) {
        this.reader = reader;
        resource("index").lines().filter(line -> !line.isBlank()).forEach(file -> add(file, resource(file)));
        settings.folder().ifPresent(this::addAll);
    }

    NavigableMap<String, Definition> byName() {
        return Collections.unmodifiableNavigableMap(byName);
    }

    private void addAll(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(each -> each.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                add(file.getFileName().toString(), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("throughline.workflows.folder cannot be read: " + folder, e);
        }
    }

    private void add(String file, String text) {
        String name = file.substring(0, file.length() - SUFFIX.length());
        List<Problem.FieldError> errors = new ArrayList<>();
        DefinitionReader.checkName(name, "/name", errors);
        try {
            byName.put(name, reader.read(text, true));
        } catch (Problem problem) {
            errors.addAll(problem.errors());
            if (problem.errors().isEmpty()) {
                errors.add(new Problem.FieldError("/", problem.getMessage()));
            }
        }
        if (!errors.isEmpty()) {
            throw new IllegalStateException(errors.stream()
                    .map(error -> error.pointer() + " " + error.detail())
                    .collect(Collectors.joining("; ", "The workflow " + file + " cannot be used: ", "")));
        }
    }

    private static String resource(String file) {
        try (InputStream bytes =
                Thread.currentThread().getContextClassLoader().getResourceAsStream("workflows/" + file)) {
            if (bytes == null) {
                throw new IllegalStateException("workflows/" + file + " is not on the classpath");
            }
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
