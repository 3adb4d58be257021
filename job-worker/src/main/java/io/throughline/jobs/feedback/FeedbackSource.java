package io.throughline.jobs.feedback;

import io.throughline.jobs.outreach.MessageFeedback.Told;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One who tells of our mails, in words of its own. */
interface FeedbackSource {

    /** Ours: {@code <id of the message@domain of the sender>}. */
    Pattern MESSAGE_ID =
            Pattern.compile("^\\s*<?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})(?:@[^>]*)?>?\\s*$");

    /** As it stands in the URL. */
    String name();

    /**
     * What it tells of mails of ours; what it tells of others, or what does not matter here, is left out.
     *
     * @throws io.throughline.platform.http.Problem when it does not come from whom it says, or can't be read
     */
    List<Told> read(HttpHeaders headers, byte[] body);

    static Optional<UUID> messageId(String text) {
        if (text == null) {
            return Optional.empty();
        }
        Matcher ours = MESSAGE_ID.matcher(text);
        return ours.matches() ? Optional.of(UUID.fromString(ours.group(1))) : Optional.empty();
    }
}
