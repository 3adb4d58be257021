package io.throughline.campaign.instance;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.throughline.campaign.CampaignErrors;
import io.throughline.campaign.template.Template;
import io.throughline.events.campaign.InstanceSnapshot;
import io.throughline.events.campaign.InstanceSnapshot.Rules;
import io.throughline.events.campaign.InstanceSnapshot.Step;
import io.throughline.events.enrollment.InstanceLedgerChanged;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Problem;
import io.throughline.platform.time.Ids;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/**
 * One running campaign, with its transitions and finders. Every change takes the row's lock first, so of two that
 * exclude each other the second sees the state the first one made.
 *
 * <pre>
 * stateDiagram-v2
 *     [*] --> draft
 *     draft --> active: activate
 *     active --> paused: pause
 *     paused --> active: resume
 *     active --> completed: complete
 *     paused --> completed: complete
 *     draft --> archived: archive
 *     paused --> archived: archive
 *     completed --> archived: archive
 * </pre>
 */
@Entity
class Instance extends PanacheEntityBase {

    @Id
    private UUID id;

    @Column(updatable = false)
    private UUID tenantId;

    @Column(updatable = false)
    private UUID templateId;

    private String name;
    private String sender;

    @Enumerated(EnumType.STRING)
    private Status status;

    @JdbcTypeCode(SqlTypes.JSON)
    @Column(updatable = false)
    private List<Step> steps;

    @JdbcTypeCode(SqlTypes.JSON)
    private Rules rules;

    @Column(insertable = false, updatable = false)
    private int stepCount;

    @JdbcTypeCode(SqlTypes.JSON)
    private Sending sending;

    private Instant finishedAt;
    private long ledgerVersion;
    private long version;

    @Column(updatable = false)
    private Instant createdAt;

    private Instant updatedAt;

    protected Instance() {}

    /** A draft with the template's steps as they are now. */
    Instance(UUID tenantId, Template template, String name, String sender, Rules rules, Instant now) {
        this.id = Ids.next();
        this.tenantId = tenantId;
        this.templateId = template.id();
        this.name = name;
        this.sender = sender;
        this.rules = rules;
        this.sending = Sending.FREELY;
        this.status = Status.DRAFT;
        this.steps = template.steps();
        this.version = 1;
        this.createdAt = now.truncatedTo(ChronoUnit.MICROS);
        this.updatedAt = createdAt;
    }

    static Instance named(UUID tenantId, UUID id, LockModeType lock) {
        return find("tenantId = ?1 and id = ?2", tenantId, id)
                .withLock(lock)
                .<Instance>singleResultOptional()
                .orElseThrow(() -> Problem.notFound("instance", id));
    }

    /** Newest first, one more than the limit; of one status, or of all when it is null. */
    static List<InstanceView.Summary> newest(UUID tenantId, Status status, Cursor after, int limit) {
        StringBuilder query = new StringBuilder("tenantId = :tenantId");
        Map<String, Object> parameters = new HashMap<>(Map.of("tenantId", tenantId));
        if (status != null) {
            query.append(" and status = :status");
            parameters.put("status", status);
        }
        if (after != null) {
            query.append(" and id < :after");
            parameters.put("after", after.uuid(0));
        }
        return find(query.append(" order by id desc").toString(), parameters)
                .project(InstanceView.Summary.class)
                .range(0, limit)
                .list();
    }

    void activate(Instant now) {
        move("activated", Status.ACTIVE, EnumSet.of(Status.DRAFT), now);
    }

    void pause(Instant now) {
        move("paused", Status.PAUSED, EnumSet.of(Status.ACTIVE), now);
    }

    void resume(Instant now) {
        move("resumed", Status.ACTIVE, EnumSet.of(Status.PAUSED), now);
    }

    void complete(Instant now) {
        move("completed", Status.COMPLETED, EnumSet.of(Status.ACTIVE, Status.PAUSED), now);
    }

    void archive(Instant now) {
        move("archived", Status.ARCHIVED, EnumSet.of(Status.DRAFT, Status.PAUSED, Status.COMPLETED), now);
    }

    /** Of a draft that nobody has seen yet. */
    void send(Sending wanted) {
        sending = wanted;
    }

    /** Null leaves a field as it is; whether anything changed. */
    boolean edit(String newName, String newSender, Rules newRules, Sending newSending, Instant now) {
        String changedName = Objects.requireNonNullElse(newName, name);
        String changedSender = Objects.requireNonNullElse(newSender, sender);
        Rules changedRules = Objects.requireNonNullElse(newRules, rules());
        if (changedName.equals(name)
                && changedSender.equals(sender)
                && changedRules.equals(rules())
                && newSending.equals(sending)) {
            return false;
        }
        if (status == Status.ARCHIVED) {
            throw refusal("edited", EnumSet.complementOf(EnumSet.of(Status.ARCHIVED)));
        }
        name = changedName;
        sender = changedSender;
        rules = changedRules;
        sending = newSending;
        touch(now);
        return true;
    }

    /** What enrollment-service says of the ledger; whether it is news. Old news is passed over. */
    boolean ledgerChanged(InstanceLedgerChanged ledger, Instant now) {
        if (ledger.version() <= ledgerVersion) {
            return false;
        }
        ledgerVersion = ledger.version();
        finishedAt = ledger.closed() ? ledger.occurredAt().truncatedTo(ChronoUnit.MICROS) : null;
        touch(now);
        return true;
    }

    private void move(String verb, Status target, EnumSet<Status> from, Instant now) {
        if (!from.contains(status)) {
            throw refusal(verb, from);
        }
        status = target;
        touch(now);
    }

    private void touch(Instant now) {
        version++;
        updatedAt = now.truncatedTo(ChronoUnit.MICROS);
    }

    private Problem refusal(String verb, EnumSet<Status> from) {
        return new Problem(
                        CampaignErrors.ILLEGAL_TRANSITION,
                        "The instance is " + status + "; it can be " + verb + " when it is "
                                + String.join(
                                        " or ",
                                        from.stream().map(Status::toString).toList()) + ".")
                .at("/status", "is " + status);
    }

    InstanceView view() {
        return new InstanceView(
                id,
                templateId,
                name,
                sender,
                status,
                version,
                steps,
                rules(),
                sending.schedule(),
                sending.dailyLimit(),
                sending.stopCompanyOnReply(),
                finishedAt,
                createdAt,
                updatedAt);
    }

    Rules rules() {
        return Objects.requireNonNullElse(rules, Rules.DEFAULT);
    }

    InstanceSnapshot snapshot() {
        return new InstanceSnapshot(
                id,
                templateId,
                name,
                sender,
                status.toString(),
                version,
                steps,
                rules(),
                createdAt,
                updatedAt,
                sending.schedule(),
                sending.dailyLimit(),
                sending.stopCompanyOnReply());
    }

    Sending sending() {
        return sending;
    }

    UUID id() {
        return id;
    }

    Status status() {
        return status;
    }

    long version() {
        return version;
    }
}
