-- How an instance takes its contacts.
ALTER TABLE instance_copy
    ADD COLUMN exclusive boolean NOT NULL DEFAULT true, -- its contacts are in one such sequence at a time
    ADD COLUMN reentry   text    NOT NULL DEFAULT 'never'
        CONSTRAINT instance_copy_reentry_is_known CHECK (reentry IN ('never', 'after_end'));

-- A contact may enter an instance again, or bring an enrollment of a duplicate along. The one that counts has past 0, so
-- that enrolling, which is bulk, need not look for others.
ALTER TABLE enrollment
    ADD COLUMN past      integer NOT NULL DEFAULT 0, -- 0: the present one; those before it count from 1
    ADD COLUMN waits_for uuid, -- the enrollment of the same contact that must end first
    DROP CONSTRAINT enrollment_is_one_per_instance_and_contact,
    ADD CONSTRAINT enrollment_is_one_per_instance_and_contact UNIQUE (instance_id, contact_id, past);

DROP INDEX enrollment_due;
CREATE INDEX enrollment_due ON enrollment (instance_id, due_at)
    WHERE due_at IS NOT NULL AND status IN ('pending', 'active') AND waits_for IS NULL;
CREATE INDEX enrollment_waiting ON enrollment (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX enrollment_waiting_in_instance ON enrollment (instance_id) WHERE waits_for IS NOT NULL;

-- The enrollment that keeps a due one from going on: of the same contact, in another active instance, both exclusive.
-- One that has begun goes before those that have not; else the older one goes first. So of any number of enrollments of a
-- contact exactly one is kept by none, and replicas that claim at the same time agree on which.
CREATE FUNCTION sequence_to_wait_for(
    tenant uuid, contact uuid, enrollment_id uuid, enrollment_status text, instance uuid)
RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
RETURN (
    SELECT other.id
    FROM instance_copy own, enrollment other JOIN instance_copy its ON its.id = other.instance_id
    WHERE own.id = instance AND own.exclusive
      AND other.tenant_id = tenant AND other.contact_id = contact AND other.id <> enrollment_id
      AND its.exclusive AND its.status = 'active'
      AND CASE other.status
              WHEN 'active' THEN enrollment_status = 'pending' OR other.id < enrollment_id
              WHEN 'pending' THEN enrollment_status = 'pending' AND other.id < enrollment_id
                                  AND other.due_at <= now() AND its.first_due_at <= now()
              ELSE false
          END
    ORDER BY other.status = 'active' DESC, other.id
    LIMIT 1
);

-- Whatever ends or holds an enrollment lets go those that wait for it: a trigger, because a path that forgot it would leave
-- people waiting for ever.
CREATE FUNCTION let_waiting_enrollments_go() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE enrollment waiting SET waits_for = NULL
    FROM moved
    WHERE waiting.waits_for = moved.id AND moved.status NOT IN ('pending', 'active');
    RETURN NULL;
END
$$;
CREATE TRIGGER enrollment_lets_waiting_ones_go AFTER UPDATE ON enrollment
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION let_waiting_enrollments_go();
