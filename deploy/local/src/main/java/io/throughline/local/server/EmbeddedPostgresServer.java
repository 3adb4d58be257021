package io.throughline.local.server;

import io.throughline.local.stack.DataDirectory;
import io.throughline.local.stack.RecordedProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** PostgreSQL 18 as durable as a real one: the figures measured on it are to be believed. */
public final class EmbeddedPostgresServer implements AutoCloseable {

    private static final Duration START_WAIT = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final RecordedProcess process;

    private EmbeddedPostgresServer(EmbeddedPostgres server, RecordedProcess process) {
        this.server = server;
        this.process = process;
    }

    public static EmbeddedPostgresServer start(DataDirectory data, int port) throws IOException {
        Path directory = data.path().resolve("postgres");
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setOverrideWorkingDirectory(binaries())
                .setPGStartupWait(START_WAIT)
                .setPort(port)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                // Five services with up to 20 connections each, twice over during a rolling restart, and people.
                .setServerConfig("max_connections", "300")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "2GB")
                .setDataDirectoryCustomizer(EmbeddedPostgresServer::askServicesForPasswords)
                .setOutputRedirector(
                        ProcessBuilder.Redirect.appendTo(data.log("postgres").toFile()))
                .setErrorRedirector(
                        ProcessBuilder.Redirect.appendTo(data.log("postgres").toFile()))
                .start();
        return new EmbeddedPostgresServer(server, recorded(directory));
    }

    /** Unpacked once per user and version, shared by every stack. */
    private static File binaries() {
        return new File(
                System.getProperty("java.io.tmpdir"), "throughline-postgres-" + System.getProperty("user.name"));
    }

    private static RecordedProcess recorded(Path directory) throws IOException {
        long pid = Long.parseLong(Files.readAllLines(directory.resolve("postmaster.pid"))
                .getFirst()
                .trim());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow(() -> new IOException("the postmaster has ended"));
        return RecordedProcess.of("postgres", postmaster);
    }

    /** The superuser needs none on the loopback address; a service with a wrong password must notice here already. */
    private static void askServicesForPasswords(File directory) {
        try {
            Files.write(
                    directory.toPath().resolve("pg_hba.conf"),
                    List.of("host all postgres 127.0.0.1/32 trust", "host all all 127.0.0.1/32 scram-sha-256"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    public RecordedProcess process() {
        return process;
    }

    public Postgres address() {
        return Postgres.embedded(server.getPort());
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
