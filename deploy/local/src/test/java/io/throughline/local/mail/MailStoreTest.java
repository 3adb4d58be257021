package io.throughline.local.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MailStoreTest {

    @TempDir
    private Path directory;

    @Test
    void showsTheNewestFirstAndFindsByRecipient() throws IOException {
        try (MailStore store = MailStore.open(directory)) {
            store.add("ann@example.com", "bob@example.com", mail("One"));
            store.add("ann@example.com", "eve@example.com", mail("Two"));
            store.add("ann@example.com", "bob@example.com", mail("Three"));
            assertThat(store.newest(null, 2)).extracting(StoredMail::subject).containsExactly("Three", "Two");
            assertThat(store.newest("Bob@example.com", 10))
                    .extracting(StoredMail::subject)
                    .containsExactly("Three", "One");
            StoredMail newest = store.newest("bob@example.com", 1).getFirst();
            assertThat(newest.messageId()).isEqualTo("<Three@example.com>");
            assertThat(newest.body().trim()).isEqualTo("Grüße");
        }
    }

    @Test
    void keepsMailsAndCutsOffHalfALine() throws IOException {
        try (MailStore store = MailStore.open(directory)) {
            store.add("ann@example.com", "bob@example.com", mail("Kept"));
        }
        Files.writeString(directory.resolve("mails.jsonl"), "{\"to\":\"half", StandardOpenOption.APPEND);
        try (MailStore store = MailStore.open(directory)) {
            assertThat(store.count()).isEqualTo(1);
            store.add("ann@example.com", "bob@example.com", mail("Next"));
            assertThat(store.newest(null, 9)).extracting(StoredMail::subject).containsExactly("Next", "Kept");
        }
    }

    private static byte[] mail(String subject) {
        return ("Message-ID: <" + subject + "@example.com>\r\nSubject: " + subject
                        + "\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
