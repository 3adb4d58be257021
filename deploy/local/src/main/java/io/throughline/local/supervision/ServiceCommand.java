package io.throughline.local.supervision;

import io.throughline.local.lifeline.Lifeline;
import io.throughline.local.stack.Child;
import io.throughline.local.stack.Service;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;

/** The command line of a service's JVM. */
final class ServiceCommand {

    /** Names the program, and in {@code ps} the service. */
    private static final String MAIN = "io.quarkus.bootstrap.runner.QuarkusEntryPoint";

    private ServiceCommand() {}

    static List<String> of(Path root, Service service, Path logDirectory, List<String> aotFlags) {
        List<String> command = new ArrayList<>(List.of(
                Child.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                // Compile what is three times as hot: a start is not spent compiling, and what stays hot still is.
                "-XX:CompileThresholdScaling=3",
                "-XX:ErrorFile=" + logDirectory.resolve("hs_err_%p.log"),
                "-Dthroughline.service=" + service.title()));
        command.addAll(aotFlags);
        for (String module : opened(service.application(root))) {
            command.add("--add-opens=" + module + "=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", classPath(root, service), Lifeline.class.getName(), MAIN));
        return List.copyOf(command);
    }

    /** What the jar asks for in its manifest, which the JVM reads only when started with {@code -jar}. */
    private static List<String> opened(Path application) {
        try (JarFile jar = new JarFile(application.toFile())) {
            String modules = jar.getManifest().getMainAttributes().getValue("Add-Opens");
            return modules == null ? List.of() : List.of(modules.trim().split("\\s+"));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static String classPath(Path root, Service service) {
        return root.resolve("deploy/local/target/local-lifeline.jar") + ":" + service.application(root);
    }

    static boolean isBuilt(Path root, Service service) {
        return Files.exists(service.application(root));
    }
}
