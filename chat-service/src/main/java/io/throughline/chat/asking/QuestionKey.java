package io.throughline.chat.asking;

import io.throughline.chat.asking.Answerer.Question;
import io.throughline.platform.access.Caller;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Locale;

/** What makes two questions the same: tenant, rights, answerer, what was said before, and the words, whatever their case. */
final class QuestionKey {

    private QuestionKey() {}

    static String of(Question question, Answerer answerer) {
        Caller caller = question.visit().caller();
        MessageDigest digest = sha256();
        add(digest, caller.tenantId().toString());
        add(digest, caller.scopes().stream().sorted().toList().toString());
        add(digest, answerer.version());
        add(digest, question.earlier());
        question.history().forEach(said -> {
            add(digest, said.role().name());
            add(digest, said.text());
        });
        add(digest, words(question.text()));
        return "chat:answer:" + HexFormat.of().formatHex(digest.digest());
    }

    private static String words(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC)
                .strip()
                .replaceAll("\\s+", " ")
                .toLowerCase(Locale.ROOT);
    }

    /** With its length, so that the border between two texts counts. */
    private static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
