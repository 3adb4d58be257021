package io.throughline.jobs.workflow;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

@ConfigMapping(prefix = "throughline.workflows")
interface WorkflowSettings {

    /** Whose {@code *.yaml} files are definitions for every tenant, named by their file; read once, at start. */
    Optional<Path> folder();
}
