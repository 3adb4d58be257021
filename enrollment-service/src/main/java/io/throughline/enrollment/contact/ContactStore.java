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

/** Rows of {@code contact}, one at a time or a page. Every call is one statement, {@link #change} two. */
@Singleton
class ContactStore {

    private static final String UNIQUE_VIOLATION = "23505";

    private final Sql sql;
    private final Json json;
    private final Event<ContactDeleted> deletions;

    ContactStore(Sql sql, Json json, Event<ContactDeleted> deletions) {
        this.sql = sql;
        this.json = json;
        this.deletions = deletions;
    }

    /** Newest first, one row more than the limit. */
    List<Contact> page(UUID tenantId, ContactFilter filter, Cursor after, int limit) {
        List<Object> parameters = new ArrayList<>(List.of(tenantId));
        parameters.addAll(filter.parameters());
        if (after != null) {
            parameters.add(after.uuid(0));
        }
        parameters.add(limit + 1);
        return sql.list(
                "SELECT " + Contact.COLUMNS + " FROM contact WHERE tenant_id = ?" + filter.conditions()
                        + (after == null ? "" : " AND id < ?") + " ORDER BY id DESC LIMIT ?",
                row -> Contact.of(row, json),
                parameters.toArray());
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
                        INSERT INTO contact (tenant_id, email, first_name, last_name, company, given_domain, attributes)
                        VALUES (?, ?, ?, ?, ?, ?, ?::jsonb)
                        ON CONFLICT ON CONSTRAINT contact_email_is_unique_per_tenant DO NOTHING
                        RETURNING\s""" + Contact.COLUMNS,
                        row -> Contact.of(row, json),
                        tenantId,
                        fields.email(),
                        fields.firstName(),
                        fields.lastName(),
                        fields.company(),
                        fields.companyDomain(),
                        json.text(fields.attributes()))
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
                       attributes = ?::jsonb, updated_at = now()
                WHERE tenant_id = ? AND id = ?
                RETURNING\s""" + Contact.COLUMNS,
                row -> Contact.of(row, json),
                fields.email(),
                fields.firstName(),
                fields.lastName(),
                fields.company(),
                fields.companyDomain(),
                json.text(fields.attributes()),
                tenantId,
                id);
    }

    boolean delete(UUID tenantId, UUID id) {
        return sql.inTransaction(() -> {
            Optional<String> email = sql.first(
                    "DELETE FROM contact WHERE tenant_id = ? AND id = ? RETURNING email",
                    row -> row.text("email"),
                    tenantId,
                    id);
            email.ifPresent(address -> deletions.fire(new ContactDeleted(tenantId, id, address)));
            return email.isPresent();
        });
    }

    private static Problem exists() {
        return new Problem(EnrollmentErrors.CONTACT_EXISTS, "Another contact has this email already.")
                .at("/email", "is the email of another contact");
    }
}
