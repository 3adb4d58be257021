package io.throughline.jobs.outreach;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The mail server, and how long we wait for it. */
@ConfigMapping(prefix = "throughline.smtp")
interface SmtpSettings {

    /**
     * {@code smtp://user:password@host:port} or {@code smtps://…}, user and password percent-encoded and optional;
     * {@code ?starttls=required} refuses to speak in the clear. Without it mails wait.
     */
    Optional<String> url();

    /** A PEM file with the certificate of a server, or of who signs for it, that Java does not trust by itself. */
    Optional<String> trustedCertificate();

    /** Mails a second from this worker at most; providers turn away who is faster. None: as fast as the server takes them. */
    Optional<Integer> rate();

    /** Of one worker, all jobs together. Ten mails each may be under way when it dies. */
    @WithDefault("4")
    int connections();

    /** Unused for so long, a connection is closed: servers count them, and some charge for them. */
    @WithDefault("5S")
    Duration idle();

    @WithDefault("10S")
    Duration connectTimeout();

    /** For one reply. RFC 5321 (4.5.3.2) asks for minutes: giving up after the content makes the mail unknown. */
    @WithDefault("2M")
    Duration replyTimeout();

    /** For one write; a server that stops reading is as good as gone. */
    @WithDefault("30S")
    Duration writeTimeout();

    /** A server away for less is waited for by the run itself, looking again after 0.2 to 5 s. */
    @WithDefault("30S")
    Duration patience();

    /** After {@link #patience}, the job gives its place to others and looks again after this. */
    @WithDefault("30S")
    Duration absence();

    /** A server away for so long is a matter for people: the job fails and can be retried. */
    @WithDefault("48H")
    Duration giveUp();

    /** Before a mail that was put off (4xx) is tried again; doubles each time. Greylists ask for one to five minutes. */
    @WithDefault("2M")
    Duration deferral();
}
