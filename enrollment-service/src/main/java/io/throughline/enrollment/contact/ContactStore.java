package io.throughline.enrollment.contact;

import io.throughline.enrollment.EnrollmentErrors;
import io.throughline.platform.events.Json;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Problem;
import io.throughline.platform.sql.Sql;
import io.throughline.platform.sql.SqlFailure;
import jakarta.enterprise.event.Event;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Rows of {@code contact}, one at a time or a page. Every call is one statement where nothing else is said. */
@Singleton
class ContactStore {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final int[] WINDOWS = {2_000, 20_000, 200_000};

    private final Sql sql;
    private final Json json;
    private final Event<ContactDeleted> deletions;

    ContactStore(Sql sql, Json json, Event<ContactDeleted> deletions) {
        this.sql = sql;
        this.json = json;
        this.deletions = deletions;
    }

    /**
     * @param contacts newest first, one more than the limit when there are more
     * @param lookedTo null, or the last contact looked at: there are others, but looking ended
     */
    record Found(List<Contact> contacts, UUID lookedTo) {}

    /**
     * One statement when an index knows the answer. Else contacts are looked at in windows, the first of them small because
     * most filters fill a page from it: six statements at most, and 222,000 contacts.
     */
    Found page(UUID tenantId, ContactFilter filter, Cursor after, int limit) {
        UUID last = after == null ? null : after.uuid(0);
        if (!filter.scans()) {
            return new Found(look(tenantId, filter, last, limit + 1, limit + 1), null);
        }
        List<Contact> found = new ArrayList<>();
        for (int window : WINDOWS) {
            found.addAll(look(tenantId, filter, last, window, limit + 1 - found.size()));
            if (found.size() > limit) {
                return new Found(found, null);
            }
            last = lookedTo(tenantId, filter, last, window).orElse(null);
            if (last == null) {
                return new Found(found, null);
            }
        }
        return new Found(found, last);
    }

    private List<Contact> look(UUID tenantId, ContactFilter filter, UUID after, int window, int wanted) {
        List<Object> parameters = windowParameters(tenantId, filter, after, window);
        parameters.addAll(filter.scannedParameters());
        parameters.add(wanted);
        return sql.list(
                "SELECT " + Contact.COLUMNS + " FROM (SELECT " + Contact.COLUMNS + window(filter, after)
                        + " LIMIT ?) AS looked WHERE true" + filter.scannedConditions() + " ORDER BY id DESC LIMIT ?",
                row -> Contact.of(row, json),
                parameters.toArray());
    }

    /** The last contact of a window that is full. */
    private Optional<UUID> lookedTo(UUID tenantId, ContactFilter filter, UUID after, int window) {
        return sql.first(
                "SELECT id" + window(filter, after) + " OFFSET ? LIMIT 1",
                row -> row.uuid("id"),
                windowParameters(tenantId, filter, after, window - 1).toArray());
    }

    private static String window(ContactFilter filter, UUID after) {
        return " FROM contact WHERE tenant_id = ?" + filter.indexedConditions() + (after == null ? "" : " AND id < ?")
                + " ORDER BY id DESC";
    }

    private static List<Object> windowParameters(UUID tenantId, ContactFilter filter, UUID after, int size) {
        List<Object> parameters = new ArrayList<>(List.of(tenantId));
        parameters.addAll(filter.indexedParameters());
        if (after != null) {
            parameters.add(after);
        }
        parameters.add(size);
        return parameters;
    }

    Optional<Contact> find(UUID tenantId, UUID id) {
        return sql.first(
                "SELECT " + Contact.COLUMNS + " FROM contact WHERE tenant_id = ? AND id = ?",
                row -> Contact.of(row, json),
                tenantId,
                id);
    }

    /** @throws Problem {@code contact_exists} when the tenant has the email already */
    Contact create(UUID tenantId, ContactFields fields) {
        return sql.first(
                        """
                        INSERT INTO contact (tenant_id, email, first_name, last_name, company, given_domain, attributes,
                                             role_address, disposable)
                        VALUES (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?)
                        ON CONFLICT ON CONSTRAINT contact_email_is_unique_per_tenant DO NOTHING
                        RETURNING\s""" + Contact.COLUMNS,
                        row -> Contact.of(row, json),
                        tenantId,
                        fields.email(),
                        fields.firstName(),
                        fields.lastName(),
                        fields.company(),
                        fields.companyDomain(),
                        json.text(fields.attributes()),
                        fields.roleAddress(),
                        fields.disposable())
                .orElseThrow(ContactStore::exists);
    }

    /** @param change from the fields as stored to the fields as wanted; called while the row is locked */
    Optional<Contact> change(UUID tenantId, UUID id, UnaryOperator<ContactFields> change) {
        try {
            return sql.inTransaction(() -> locked(tenantId, id).map(change).map(fields -> write(tenantId, id, fields)));
        } catch (SqlFailure failure) {
            if (failure.state().equals(UNIQUE_VIOLATION)) {
                throw exists();
            }
            throw failure;
        }
    }

    private Optional<ContactFields> locked(UUID tenantId, UUID id) {
        return sql.first(
                "SELECT " + Contact.COLUMNS
                        + ", given_domain FROM contact WHERE tenant_id = ? AND id = ? FOR NO KEY UPDATE",
                row -> {
                    Contact stored = Contact.of(row, json);
                    return new ContactFields(
                            stored.email(),
                            stored.firstName(),
                            stored.lastName(),
                            stored.company(),
                            row.text("given_domain"),
                            stored.attributes());
                },
                tenantId,
                id);
    }

    private Contact write(UUID tenantId, UUID id, ContactFields fields) {
        return sql.one(
                """
                UPDATE contact SET email = ?, first_name = ?, last_name = ?, company = ?, given_domain = ?,
                       attributes = ?::jsonb, role_address = ?, disposable = ?, updated_at = now()
                WHERE tenant_id = ? AND id = ?
                RETURNING\s""" + Contact.COLUMNS,
                row -> Contact.of(row, json),
                fields.email(),
                fields.firstName(),
                fields.lastName(),
                fields.company(),
                fields.companyDomain(),
                json.text(fields.attributes()),
                fields.roleAddress(),
                fields.disposable(),
                tenantId,
                id);
    }

    /** The contact is gone and, with the statements of those who observe it, what is held about the person. */
    boolean delete(UUID tenantId, UUID id) {
        return sql.inTransaction(() -> {
            Optional<ContactDeleted> deleted = sql.first(
                    """
                    WITH gone AS (DELETE FROM contact WHERE tenant_id = ? AND id = ? RETURNING *),
                    merged AS (
                        UPDATE contact_merge SET email = NULL FROM gone
                        WHERE contact_merge.tenant_id = gone.tenant_id AND survivor_id = gone.id
                        RETURNING OLD.email
                    )
                    SELECT seen_imports, email || ARRAY(SELECT email FROM merged WHERE email IS NOT NULL) AS emails
                    FROM gone
                    """,
                    row -> new ContactDeleted(tenantId, id, row.texts("emails"), row.uuids("seen_imports")),
                    tenantId,
                    id);
            deleted.ifPresent(deletions::fire);
            return deleted.isPresent();
        });
    }

    private static Problem exists() {
        return new Problem(EnrollmentErrors.CONTACT_EXISTS, "Another contact has this email already.")
                .at("/email", "is the email of another contact");
    }
}
