-- The queue. A job is claimed by the small partial index job_is_due; everything a worker writes is fenced by
-- (worker_id, fence), so that a worker that lost its lease changes nothing.
CREATE TABLE job (
    id             uuid        NOT NULL CONSTRAINT job_pk PRIMARY KEY,
    tenant_id      uuid        NOT NULL,
    user_id        uuid        NOT NULL,
    type           text        NOT NULL,
    priority       smallint    NOT NULL CONSTRAINT job_priority_is_low_normal_high CHECK (priority BETWEEN 0 AND 2),
    parameters     jsonb       NOT NULL DEFAULT '{}',
    status         text        NOT NULL DEFAULT 'pending'
                   CONSTRAINT job_status_is_known
                   CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    run_at         timestamptz NOT NULL,
    sort_at        timestamptz NOT NULL, -- run_at less a head start by priority: waiting makes up for it, nobody starves
    attempt        integer     NOT NULL DEFAULT 0, -- begun so far
    max_attempts   integer     NOT NULL DEFAULT 5,
    crashes        integer     NOT NULL DEFAULT 0, -- claims in a row that neither ended nor reached a checkpoint
    fence          bigint      NOT NULL DEFAULT 0, -- grows with every claim and is never taken back
    worker_id      text,
    lease_until    timestamptz,
    progress_done  bigint      NOT NULL DEFAULT 0,
    progress_total bigint      NOT NULL DEFAULT 0,
    checkpoint     jsonb,
    result         jsonb,
    error_code     text,
    error_message  text,
    unique_key     text,
    time_limit_ms  bigint      CONSTRAINT job_time_limit_is_positive CHECK (time_limit_ms > 0), -- of one run; null: the type's
    parent_id      uuid, -- the job that waits for this one's end
    woken          boolean     NOT NULL DEFAULT false, -- an end it waits for came while it ran, or it is to look at one
    trace_parent   text,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at     timestamptz,
    completed_at   timestamptz,
    CONSTRAINT job_attempt_within_limit CHECK (attempt BETWEEN 0 AND max_attempts)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000);

CREATE INDEX job_is_due ON job (type, sort_at, id) WHERE status = 'pending';
-- Few rows at any time; lease_until stays out of it, so that a heartbeat touches no index.
CREATE INDEX job_is_running ON job (id) WHERE status = 'processing';
CREATE UNIQUE INDEX job_unfinished_once_per_key ON job (tenant_id, type, unique_key)
    WHERE unique_key IS NOT NULL AND status IN ('pending', 'processing');

CREATE INDEX job_children ON job (parent_id) WHERE parent_id IS NOT NULL;

CREATE INDEX job_newest ON job (tenant_id, created_at, id);
CREATE INDEX job_newest_by_status ON job (tenant_id, status, created_at, id);
CREATE INDEX job_newest_by_type ON job (tenant_id, type, created_at, id);

-- Finds old rows by the pages they are on; costs next to nothing to keep.
CREATE INDEX job_by_age ON job USING brin (created_at);

-- A job as clients see it: GET /api/jobs/{id}, job.status.v1 and the stream show the same object.
CREATE FUNCTION iso_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE
    RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

CREATE FUNCTION job_view(j job) RETURNS jsonb LANGUAGE sql STABLE
    RETURN jsonb_build_object(
        'jobId', j.id, 'type', j.type,
        -- Woken to look at a child's end, it is on its way all the time.
        'status', CASE WHEN j.status = 'pending' AND j.woken THEN 'processing' ELSE j.status END,
        'priority', (ARRAY['low', 'normal', 'high'])[j.priority + 1],
        'attempt', j.attempt, 'maxAttempts', j.max_attempts,
        'progress', jsonb_build_object('done', j.progress_done, 'total', j.progress_total),
        'parameters', j.parameters, 'result', j.result,
        'error', CASE WHEN j.error_code IS NOT NULL
                      THEN jsonb_build_object('code', j.error_code, 'message', j.error_message) END,
        'createdAt', iso_time(j.created_at), 'runAt', iso_time(j.run_at),
        'startedAt', iso_time(j.started_at), 'completedAt', iso_time(j.completed_at));

-- What streams resume from: every move of a job, kept for a day. Read in the order (xid, id) below the oldest running
-- transaction, nothing can appear behind a reader; ids alone are not handed out in commit order.
CREATE TABLE job_event (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT job_event_pk PRIMARY KEY,
    xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    tenant_id  uuid        NOT NULL,
    job_id     uuid        NOT NULL,
    type       text        NOT NULL,
    job        jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX job_event_in_order ON job_event (xid, id);
CREATE INDEX job_event_by_age ON job_event (created_at);
