package io.throughline.jobs.feedback;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The mailbox to which mail servers send what they could not deliver. */
@ConfigMapping(prefix = "throughline.feedback.imap")
interface ImapSettings {

    /** Without it no mailbox is looked into. */
    Optional<String> host();

    /** 993 with {@link Tls#IMPLICIT}, else 143. */
    Optional<Integer> port();

    @WithDefault("IMPLICIT")
    Tls tls();

    Optional<String> user();

    Optional<String> password();

    @WithDefault("INBOX")
    String folder();

    /** A PEM file with the certificate of a server, or of who signs for it, that Java does not trust by itself. */
    Optional<String> trustedCertificate();

    /** Mails of one look; the rest waits for the next minute. */
    @WithDefault("500")
    int batch();

    /** To connect, and for each reply. */
    @WithDefault("20S")
    Duration timeout();

    enum Tls {
        /** From the first byte. */
        IMPLICIT,
        /** Agreed on before the password is told; a server that cannot is not spoken to. */
        STARTTLS,
        /** For servers on the same machine. */
        NONE
    }
}
