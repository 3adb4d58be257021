package io.throughline.enrollment.sequence;

import io.throughline.enrollment.Steps;
import io.throughline.platform.sql.Sql;
import jakarta.inject.Singleton;
import java.util.UUID;

/** The loop, turned by hand. */
@Singleton
class StepsByHand implements Steps {

    private final SequenceLoop loop;
    private final Sql sql;

    StepsByHand(SequenceLoop loop, Sql sql) {
        this.loop = loop;
        this.sql = sql;
    }

    @Override
    public void drain() {
        int due;
        do {
            due = loop.runOnce();
        } while (due > 0);
    }

    @Override
    public long enrolled(UUID instance) {
        return sql.one(
                "SELECT count(*) AS enrolled FROM enrollment WHERE instance_id = ?",
                row -> row.number("enrolled"),
                instance);
    }
}
