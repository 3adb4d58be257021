-- One contact in one instance. No foreign key to contact: its row locks would make a bulk enrollment write every contact
-- once more, and an enrollment outlives an erased contact so that reports stay true.
CREATE TABLE enrollment (
    id          uuid        NOT NULL DEFAULT uuidv7() CONSTRAINT enrollment_pk PRIMARY KEY,
    tenant_id   uuid        NOT NULL,
    instance_id uuid        NOT NULL,
    contact_id  uuid        NOT NULL,
    status      text        NOT NULL DEFAULT 'pending'
                CONSTRAINT enrollment_status_is_known CHECK (status IN
                    ('pending', 'active', 'paused', 'completed', 'replied', 'bounced', 'unsubscribed', 'failed')),
    version     bigint      NOT NULL DEFAULT 1,
    step_number integer     NOT NULL DEFAULT 0, -- last step sent
    planned_step integer    NOT NULL DEFAULT 0, -- last step that has its message: it has one for each up to it, sent or not
    opened_steps bigint, -- bit n: what was sent by step n was opened; bit 0: something was, no step was named
    clicked_steps bigint,
    converted_steps bigint,
    end_reason  text, -- why nothing more is sent; null: it may be, or as the status says
    due_at      timestamptz, -- when the next step is to be planned; null: awaiting a send, or nothing more to do
    metadata    jsonb       NOT NULL DEFAULT '{}',
    enrolled_at timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT enrollment_is_one_per_instance_and_contact UNIQUE (instance_id, contact_id)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX enrollment_of_instance ON enrollment (tenant_id, instance_id, id);
-- Lists by status. Without pending, so that enrolling, which is bulk, does not pay for it.
CREATE INDEX enrollment_by_status ON enrollment (tenant_id, instance_id, status, id) WHERE status <> 'pending';
CREATE INDEX enrollment_of_contact ON enrollment (tenant_id, contact_id);
CREATE INDEX enrollment_due ON enrollment (instance_id, due_at)
    WHERE due_at IS NOT NULL AND status IN ('pending', 'active');

-- The value of an EnrollmentChanged event, in one place for all statements that publish one. Put together as text: a jsonb
-- object for each cost more than half of what inserting the enrollments does. Only the reason may hold characters that JSON
-- escapes.
CREATE FUNCTION enrollment_changed(
    enrollment_id uuid, instance_id uuid, contact_id uuid, status text, version bigint, reason text)
RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN '{"enrollmentId":"' || enrollment_id || '","instanceId":"' || instance_id || '","contactId":"' || contact_id
    || '","status":"' || status || '","version":' || version || ',"reason":' || coalesce(to_json(reason)::text, 'null')
    || ',"occurredAt":"' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"}';
