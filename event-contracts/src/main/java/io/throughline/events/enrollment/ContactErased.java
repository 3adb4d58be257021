package io.throughline.events.enrollment;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A person is to be forgotten by every service that holds something about them. Topic {@code contact.erasures.v1}, key:
 * {@code contactId}. Obeying it again changes nothing.
 *
 * @param emails every address that the contact was known by, normalised
 * @param enrollmentIds the contact's; they stay in reports, without anything that tells who it was
 * @param importIds imports whose files name the person
 */
public record ContactErased(
        UUID contactId, List<String> emails, List<UUID> enrollmentIds, List<UUID> importIds, Instant erasedAt) {

    public static final String TYPE = "io.throughline.contact.erased";
}
