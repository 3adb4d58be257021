package io.throughline.enrollment.suppression;

import io.throughline.enrollment.suppression.SuppressionStore.Asked;
import io.throughline.enrollment.suppression.SuppressionStore.Found;
import io.throughline.enrollment.suppression.SuppressionStore.Wanted;
import io.throughline.events.engagement.EngagementEvent;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What {@code sequence} asks before it plans, and tells when something has happened. Two statements each, at most. */
@Singleton
public class Suppressions {

    private final Sql sql;
    private final SuppressionStore store;
    private final AddressHashes hashes;

    Suppressions(Sql sql, SuppressionStore store, AddressHashes hashes) {
        this.sql = sql;
        this.store = store;
        this.hashes = hashes;
    }

    /** An address of a tenant's. */
    public record Address(UUID tenantId, String email) {}

    /**
     * What is known of an address.
     *
     * @param hash 64 hexadecimal digits
     * @param reason empty: it may be written to
     */
    public record Standing(String hash, Optional<SuppressionReason> reason) {}

    public Map<Address, Standing> of(Collection<Address> addresses) {
        Map<Address, byte[]> asked = new HashMap<>();
        addresses.forEach(
                each -> asked.computeIfAbsent(each, address -> hashes.of(address.tenantId(), address.email())));
        Map<String, SuppressionReason> found = store
                .among(asked.entrySet().stream()
                        .map(each -> new Asked(each.getKey().tenantId(), each.getValue()))
                        .toList())
                .stream()
                .collect(Collectors.toMap(Found::addressHash, Found::reason));
        Map<Address, Standing> standings = new HashMap<>();
        asked.forEach((address, hash) -> {
            String hex = HexFormat.of().formatHex(hash);
            standings.put(address, new Standing(hex, Optional.ofNullable(found.get(hex))));
        });
        return standings;
    }

    /** What an event says of the address it is about; empty: nothing. */
    static Optional<SuppressionReason> told(EngagementEvent event) {
        return switch (event.eventType()) {
            case "unsubscribed" -> Optional.of(SuppressionReason.UNSUBSCRIBED);
            case "complained" -> Optional.of(SuppressionReason.COMPLAINED);
            case "bounced" -> isHard(event) ? Optional.of(SuppressionReason.BOUNCED) : Optional.empty();
            default -> Optional.empty();
        };
    }

    /** Refused as spam or as too large is no fault of the address. Who says nothing means that the mailbox is not there. */
    private static boolean isHard(EngagementEvent event) {
        Object type = event.metadata() == null ? null : event.metadata().get("bounceType");
        return "email".equals(event.channel()) && (type == null || type.equals("hard"));
    }

    /** Events of a batch, by tenant, in the transaction that takes them in. Those of erased people find no address. */
    public void follow(Map<UUID, List<EngagementEvent>> events) {
        Map<SuppressionReason, Set<Enrolled>> told = new EnumMap<>(SuppressionReason.class);
        events.forEach((tenant, ofTenant) -> ofTenant.forEach(event -> told(event)
                .ifPresent(reason -> told.computeIfAbsent(reason, any -> new HashSet<>())
                        .add(new Enrolled(tenant, event.enrollmentId())))));
        if (told.isEmpty()) {
            return;
        }
        Map<Enrolled, String> emails =
                emails(told.values().stream().flatMap(Set::stream).toList());
        List<Wanted> wanted = new ArrayList<>();
        told.forEach((reason, enrolled) -> enrolled.stream()
                .filter(emails::containsKey)
                .forEach(each -> wanted.add(new Wanted(each.tenantId(), emails.get(each), reason))));
        store.add(wanted);
    }

    private record Enrolled(UUID tenantId, UUID enrollmentId) {}

    private Map<Enrolled, String> emails(Collection<Enrolled> enrolled) {
        Map<Enrolled, String> emails = new HashMap<>();
        sql.list(
                """
                SELECT DISTINCT enrollment.tenant_id, enrollment.id, email
                FROM unnest(?, ?) AS named(tenant_id, id)
                JOIN enrollment USING (tenant_id, id)
                JOIN contact ON contact.tenant_id = enrollment.tenant_id AND contact.id = contact_id
                """,
                row -> emails.put(new Enrolled(row.uuid("tenant_id"), row.uuid("id")), row.text("email")),
                Sql.column("uuid", enrolled, Enrolled::tenantId),
                Sql.column("uuid", enrolled, Enrolled::enrollmentId));
        return emails;
    }
}
