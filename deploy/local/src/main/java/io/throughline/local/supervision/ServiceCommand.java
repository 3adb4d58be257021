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
import java.util.jar.Attributes;
import java.util.jar.JarFile;

/** The command line of a service's JVM. */
public final class ServiceCommand {

    private ServiceCommand() {}

    public static List<String> of(Path root, Service service, Path logDirectory, List<String> aotFlags) {
        List<String> command = new ArrayList<>(List.of(
                Child.java(),
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:TieredStopAtLevel=" + (isHot(service) || service == Service.JOBS ? 4 : 1),
                "-XX:ErrorFile=" + logDirectory.resolve("hs_err_%p.log"),
                "-Dthroughline.service=" + service.title()));
        command.addAll(heap(service));
        command.addAll(aotFlags);
        Attributes manifest = manifest(service.application(root));
        String opened = manifest.getValue("Add-Opens");
        for (String module : opened == null ? new String[0] : opened.trim().split("\\s+")) {
            command.add("--add-opens=" + module + "=ALL-UNNAMED");
        }
        String main = manifest.getValue(Attributes.Name.MAIN_CLASS);
        command.addAll(List.of("-cp", classPath(root, service), Lifeline.class.getName(), main));
        return List.copyOf(command);
    }

    /**
     * The quick compiler alone for most: eight JVMs share this machine, and the thorough one took the processors from the
     * first minutes' work. Where every event passes it pays (docs/performance.md).
     */
    private static boolean isHot(Service service) {
        return service == Service.ANALYTICS;
    }

    /**
     * Engagement events are taken in 10,000 at a time: a few such batches outlive a young collection of the usual size and
     * would be copied again and again, which took half of the time.
     */
    private static List<String> heap(Service service) {
        return isHot(service) ? List.of("-Xmx768m", "-Xmn512m") : List.of("-Xmx256m");
    }

    /** What the JVM itself reads only when started with {@code -jar}. */
    private static Attributes manifest(Path application) {
        try (JarFile jar = new JarFile(application.toFile())) {
            return jar.getManifest().getMainAttributes();
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
