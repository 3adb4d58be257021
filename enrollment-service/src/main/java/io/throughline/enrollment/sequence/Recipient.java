package io.throughline.enrollment.sequence;

import io.throughline.events.enrollment.OutreachMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * To whom a step goes, with what templates may say about them.
 *
 * @param email null when the contact has been deleted
 */
record Recipient(
        UUID contactId,
        String email,
        String firstName,
        String lastName,
        String company,
        String companyDomain,
        Map<String, Object> attributes) {

    /** Where they are, as somebody told us; null: nobody did. */
    Object timeZone() {
        return attributes.get("timezone");
    }

    /** By the names that templates use; an attribute never hides a field. Values are text only. */
    Map<String, Object> values() {
        Map<String, Object> values = new HashMap<>();
        attributes.forEach((name, value) -> put(values, name, value));
        put(values, "email", email);
        put(values, "firstName", firstName);
        put(values, "lastName", lastName);
        put(values, "company", company);
        put(values, "companyDomain", companyDomain);
        put(values, "unsubscribeUrl", OutreachMessage.UNSUBSCRIBE_URL);
        return values;
    }

    private static void put(Map<String, Object> values, String name, Object value) {
        if (value == null) {
            values.remove(name);
        } else {
            values.put(name, value.toString());
        }
    }
}
