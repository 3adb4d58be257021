package io.throughline.campaign.template;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.throughline.events.campaign.InstanceSnapshot.Step;
import io.throughline.platform.http.Cursor;
import io.throughline.platform.http.Problem;
import io.throughline.platform.time.Ids;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** A reusable sequence of 1 to 50 steps, with its finders. Every change takes the row's lock first. */
@Entity
public class Template extends PanacheEntityBase {

    @Id
    private UUID id;

    @Column(updatable = false)
    private UUID tenantId;

    private String name;

    @JdbcTypeCode(SqlTypes.JSON)
    private List<Step> steps;

    @Column(insertable = false, updatable = false)
    private int stepCount;

    private long version;

    @Column(updatable = false)
    private Instant createdAt;

    private Instant updatedAt;
    private Instant deletedAt;

    protected Template() {}

    Template(UUID tenantId, String name, List<Step> steps, Instant now) {
        this.id = Ids.next();
        this.tenantId = tenantId;
        this.name = name;
        this.steps = steps;
        this.version = 1;
        this.createdAt = now.truncatedTo(ChronoUnit.MICROS);
        this.updatedAt = createdAt;
    }

    /** @param version grows by one with every change; also the ETag */
    record View(UUID id, String name, List<Step> steps, long version, Instant createdAt, Instant updatedAt) {}

    /** What a list shows: 200 templates with their steps could be 140 MB. */
    record Summary(UUID id, String name, int stepCount, long version, Instant createdAt, Instant updatedAt) {}

    public static Template named(UUID tenantId, UUID id, LockModeType lock) {
        return find("tenantId = ?1 and id = ?2 and deletedAt is null", tenantId, id)
                .withLock(lock)
                .<Template>singleResultOptional()
                .orElseThrow(() -> Problem.notFound("template", id));
    }

    /** Newest first, one more than the limit. */
    static List<Summary> newest(UUID tenantId, Cursor after, int limit) {
        var page = after == null
                ? find("tenantId = ?1 and deletedAt is null order by id desc", tenantId)
                : find("tenantId = ?1 and deletedAt is null and id < ?2 order by id desc", tenantId, after.uuid(0));
        return page.project(Summary.class).range(0, limit).list();
    }

    void replace(String newName, List<Step> newSteps, Instant now) {
        name = newName;
        steps = newSteps;
        version++;
        updatedAt = now.truncatedTo(ChronoUnit.MICROS);
    }

    void hide(Instant now) {
        deletedAt = now.truncatedTo(ChronoUnit.MICROS);
    }

    View view() {
        return new View(id, name, steps, version, createdAt, updatedAt);
    }

    public UUID id() {
        return id;
    }

    public List<Step> steps() {
        return steps;
    }

    long version() {
        return version;
    }
}
