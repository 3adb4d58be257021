-- The record of every job. A worker that takes one leaves this row alone: that it runs is a row of job_lease. So a job's
-- indexes are touched when it comes and when it ends, and what is hot in between is small.
CREATE TABLE job (
    id             uuid        NOT NULL CONSTRAINT job_pk PRIMARY KEY,
    tenant_id      uuid        NOT NULL,
    user_id        uuid        NOT NULL,
    type           text        NOT NULL,
    priority       smallint    NOT NULL CONSTRAINT job_priority_is_low_normal_high CHECK (priority BETWEEN 0 AND 2),
    parameters     jsonb       NOT NULL DEFAULT '{}',
    -- pending: waits, or a worker has it (job_lease); processing: waits without a worker for somebody else's event
    status         text        NOT NULL DEFAULT 'pending'
                   CONSTRAINT job_status_is_known
                   CHECK (status IN ('pending', 'processing', 'completed', 'failed', 'cancelled')),
    -- may be claimed from then on; processing: is run again then, whatever came
    run_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempt        integer     NOT NULL DEFAULT 0, -- ended so far; processing: begun so far
    max_attempts   integer     NOT NULL DEFAULT 5,
    crashes        integer     NOT NULL DEFAULT 0, -- workers in a row that died of it and reached no checkpoint
    progress_done  bigint      NOT NULL DEFAULT 0,
    progress_total bigint      NOT NULL DEFAULT 0,
    checkpoint     jsonb,
    result         jsonb,
    error_code     text,
    error_message  text,
    unique_key     text,
    serial_key     text, -- jobs of a tenant with the same one run one at a time
    time_limit_ms  bigint      CONSTRAINT job_time_limit_is_positive CHECK (time_limit_ms > 0), -- of one run; null: the type's
    parent_id      uuid, -- the job that waits for this one's end
    woken          boolean     NOT NULL DEFAULT false, -- an end it waits for came since it was claimed last
    trace_parent   text,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    started_at     timestamptz,
    completed_at   timestamptz, -- null: unfinished
    CONSTRAINT job_attempt_within_limit CHECK (attempt BETWEEN 0 AND max_attempts)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000);

-- Each tenant's queue by urgency; claims take from all of them in turn.
CREATE INDEX job_is_due ON job (type, tenant_id, priority, run_at, id) WHERE completed_at IS NULL;
CREATE UNIQUE INDEX job_unfinished_once_per_key ON job (tenant_id, type, unique_key)
    WHERE unique_key IS NOT NULL AND completed_at IS NULL;

CREATE INDEX job_children ON job (parent_id) WHERE parent_id IS NOT NULL;

-- For lists by any of its columns: one more would cost each job two more entries. They say created_at > '-infinity' for it: on a
-- table that is empty when a statement is planned all indexes cost the same, and a claim that was planned along this one would
-- read all that is finished.
CREATE INDEX job_listed ON job (tenant_id, type, status, created_at, id) WHERE created_at > '-infinity';

-- Finds old rows by the pages they are on; costs next to nothing to keep.
CREATE INDEX job_by_age ON job USING brin (created_at);

-- The jobs that workers have. Everything a worker writes is fenced: it takes effect only while the row with its fence is
-- there. Locked before the row of the job, always.
CREATE SEQUENCE job_lease_fence;

CREATE TABLE job_lease (
    job_id       uuid        NOT NULL CONSTRAINT job_lease_one_per_job PRIMARY KEY,
    fence        bigint      NOT NULL DEFAULT nextval('job_lease_fence'), -- tells this claim from all others, later ones are larger
    worker_id    text        NOT NULL,
    tenant_id    uuid        NOT NULL,
    type         text        NOT NULL,
    serial_key   text,
    attempt      integer     NOT NULL, -- the job's, should this run count
    checkpointed boolean     NOT NULL DEFAULT false, -- this run has kept a checkpoint
    claimed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until  timestamptz NOT NULL -- in no index, so that a heartbeat touches none
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_insert_threshold = -1);

CREATE UNIQUE INDEX job_lease_one_per_serial_key ON job_lease (tenant_id, serial_key) WHERE serial_key IS NOT NULL;

-- Claims for a worker the most urgent due jobs, at most free[n] of types[n]. The tenants with work share what is free evenly;
-- no tenant gets more than caps[n] leases of the type (null: any number). Among them, priority is a head start of five
-- minutes a step, so that waiting makes up for it and nobody starves.
--
-- done_types, done_tenants, …: of a type named there, only those tenants' queues are looked at, each from behind that place.
-- A queue read from its beginning passes the index entries of all jobs that ended until a vacuum can take them away, and while
-- anybody holds an old snapshot none can. What lies before the place waits for a claim that begins at the beginning.
--
-- The settings fix the plan: ordered scans of job_is_due that stop early, whatever the planner's figures say of a table that
-- was empty a minute ago. It believes that there are no leases and one job in each step: OFFSET 0 keeps it from reading all
-- leases for each job; (… IN …) IS TRUE is looked up in a hash, where IN alone would become a join that compares each with each.
CREATE FUNCTION claim_jobs(types text[], free integer[], caps integer[], worker text, lease_ms bigint,
                           done_types text[], done_tenants uuid[], done_priorities integer[], done_run_ats timestamptz[],
                           done_ids uuid[])
RETURNS TABLE (job_id uuid, tenant_id uuid, user_id uuid, type text, attempt integer, max_attempts integer, fence bigint,
               time_limit_ms bigint, parameters text, checkpoint text, trace_parent text, priority integer,
               run_at timestamptz, claimed_at timestamptz)
LANGUAGE sql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
    WITH RECURSIVE wanted AS (
        SELECT * FROM unnest(types, free, caps) AS wanted(type, free, cap)
    ), done AS (
        SELECT * FROM unnest(done_types, done_tenants, done_priorities, done_run_ats, done_ids)
            AS done(type, tenant_id, priority, run_at, id)
    ), queue AS ( -- of each type, the tenants that have unfinished jobs
        SELECT wanted.type, first.tenant_id FROM wanted CROSS JOIN LATERAL (
            SELECT job.tenant_id FROM job WHERE job.type = wanted.type AND completed_at IS NULL
            ORDER BY job.tenant_id LIMIT 1) AS first
        WHERE wanted.type <> ALL (done_types)
        UNION ALL
        SELECT queue.type, next.tenant_id FROM queue CROSS JOIN LATERAL (
            SELECT job.tenant_id FROM job
            WHERE job.type = queue.type AND completed_at IS NULL AND job.tenant_id > queue.tenant_id
            ORDER BY job.tenant_id LIMIT 1) AS next
    ), line AS ( -- each of their priorities, and the place to read from
        SELECT queue.type, queue.tenant_id, level, '-infinity'::timestamptz AS run_at,
               '00000000-0000-0000-0000-000000000000'::uuid AS id
        FROM queue CROSS JOIN generate_series(0, 2) AS level
        UNION ALL
        SELECT done.* FROM done JOIN wanted USING (type)
    ), tenant AS (
        SELECT DISTINCT line.type, line.tenant_id FROM line
    ), share AS MATERIALIZED (
        SELECT tenant.type, tenant.tenant_id, wanted.free,
               least(ceil(wanted.free::numeric / count(*) OVER (PARTITION BY tenant.type)),
                     CASE WHEN cap IS NOT NULL THEN cap - (
                         SELECT count(*) FROM job_lease AS held
                         WHERE held.type = tenant.type AND held.tenant_id = tenant.tenant_id) END) AS size
        FROM tenant JOIN wanted USING (type)
    ), candidate AS MATERIALIZED (
        SELECT due.*, share.free FROM line JOIN share USING (type, tenant_id) CROSS JOIN LATERAL (
            SELECT job.id, job.tenant_id, job.user_id, job.type, job.priority, job.run_at, job.serial_key, job.status,
                   job.attempt, job.max_attempts, job.time_limit_ms, job.parameters::text AS parameters,
                   job.checkpoint::text AS checkpoint, job.trace_parent, job.woken
            FROM job
            WHERE job.type = line.type AND job.tenant_id = line.tenant_id AND job.priority = level
              AND completed_at IS NULL AND job.run_at <= now() AND (job.run_at, job.id) > (line.run_at, line.id)
              AND NOT EXISTS (SELECT FROM job_lease AS held WHERE held.job_id = job.id OFFSET 0)
              AND (job.serial_key IS NULL OR NOT EXISTS (
                  SELECT FROM job_lease AS held
                  WHERE held.tenant_id = job.tenant_id AND held.serial_key = job.serial_key))
            ORDER BY job.run_at, job.id LIMIT greatest(share.size, 0) FOR UPDATE OF job SKIP LOCKED) AS due
    ), chosen AS MATERIALIZED (
        SELECT ranked.*, nextval('job_lease_fence') AS fence,
               -- One that waited for an event goes on with the attempt it had begun.
               CASE WHEN status = 'processing' THEN greatest(ranked.attempt, 1)
                    ELSE least(ranked.attempt + 1, ranked.max_attempts) END AS this_attempt
        FROM (
            SELECT candidate.*, row_number() OVER (
                PARTITION BY candidate.type ORDER BY run_at - priority * interval '5 minutes', id) AS place
            FROM candidate) AS ranked
        WHERE place <= ranked.free
    ), leased AS (
        INSERT INTO job_lease (job_id, fence, worker_id, tenant_id, type, serial_key, attempt, lease_until)
        SELECT id, chosen.fence, worker, chosen.tenant_id, chosen.type, chosen.serial_key, this_attempt,
               clock_timestamp() + lease_ms * interval '1 millisecond'
        FROM chosen ORDER BY place
        ON CONFLICT DO NOTHING
        RETURNING job_lease.job_id
    ), awake AS (
        UPDATE job SET woken = false WHERE job.id = ANY (ARRAY(SELECT chosen.id FROM chosen WHERE chosen.woken))
    )
    SELECT chosen.id, chosen.tenant_id, chosen.user_id, chosen.type, this_attempt, chosen.max_attempts, chosen.fence,
           chosen.time_limit_ms, chosen.parameters, chosen.checkpoint, chosen.trace_parent, chosen.priority::integer,
           chosen.run_at, clock_timestamp()
    FROM chosen WHERE (chosen.id IN (SELECT leased.job_id FROM leased)) IS TRUE ORDER BY chosen.place
$$;

-- A job as clients see it: GET /api/jobs/{id}, job.status.v1 and the stream show the same object.
CREATE FUNCTION iso_time(moment timestamptz) RETURNS text LANGUAGE sql STABLE
    RETURN to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

-- lease: the job's, or null
CREATE FUNCTION job_view(j job, lease job_lease) RETURNS jsonb LANGUAGE sql STABLE
    RETURN jsonb_build_object(
        'jobId', j.id, 'type', j.type,
        'status', CASE WHEN (lease).job_id IS NOT NULL THEN 'processing' ELSE j.status END,
        'priority', (ARRAY['low', 'normal', 'high'])[j.priority + 1],
        'attempt', coalesce((lease).attempt, j.attempt), 'maxAttempts', j.max_attempts,
        'progress', jsonb_build_object('done', j.progress_done, 'total', j.progress_total),
        'parameters', j.parameters, 'result', j.result,
        'error', CASE WHEN j.error_code IS NOT NULL
                      THEN jsonb_build_object('code', j.error_code, 'message', j.error_message) END,
        'createdAt', iso_time(j.created_at),
        -- When a waiting job is run at the latest is no news for clients.
        'runAt', iso_time(CASE WHEN j.status = 'processing' THEN coalesce(j.started_at, j.run_at) ELSE j.run_at END),
        'startedAt', iso_time(coalesce(j.started_at, (lease).claimed_at)),
        'completedAt', iso_time(j.completed_at));

-- Every move of a job, kept for a day: published on job.status.v1 from here, and what streams resume from. A row holds the
-- moves of one statement: of the jobs of a tenant that completed together, or of one job. The nth of them is the event id + n;
-- ids leave room for as many as a row may hold. Read in the order (xid, id) below the oldest running transaction, nothing can
-- appear behind a reader; ids alone are not handed out in commit order.
CREATE TABLE job_event_batch (
    id         bigint GENERATED ALWAYS AS IDENTITY (START WITH 1024 INCREMENT BY 1024)
               CONSTRAINT job_event_batch_pk PRIMARY KEY,
    xid        xid8        NOT NULL DEFAULT pg_current_xact_id(),
    tenant_id  uuid        NOT NULL,
    type       text        NOT NULL,
    job_ids    uuid[]      NOT NULL,
    -- their number, for readers that do not open a row to know how many it holds
    events     integer     GENERATED ALWAYS AS (cardinality(job_ids)) STORED
               CONSTRAINT job_event_batch_fits_its_ids CHECK (events BETWEEN 1 AND 1024),
    job        jsonb, -- as it was then; null: they completed, and are what they were
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

ALTER TABLE job_event_batch ALTER COLUMN job_ids SET STORAGE EXTERNAL; -- ids do not compress

CREATE INDEX job_event_batch_in_order ON job_event_batch (xid, id);

-- The id of the row that holds an event.
CREATE FUNCTION job_event_batch_of(event bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN event / 1024 * 1024;

CREATE VIEW job_event AS
SELECT batch.id + place - 1 AS id, batch.xid, batch.tenant_id, one.job_id, batch.type, batch.job, batch.created_at
FROM job_event_batch AS batch CROSS JOIN LATERAL unnest(batch.job_ids) WITH ORDINALITY AS one(job_id, place);

-- Up to where events have been published. One row.
CREATE TABLE job_event_published (
    only_row boolean NOT NULL DEFAULT true CONSTRAINT job_event_published_has_one_row PRIMARY KEY CHECK (only_row),
    xid      xid8    NOT NULL,
    id       bigint  NOT NULL
) WITH (fillfactor = 50);

INSERT INTO job_event_published (xid, id) VALUES ('0', 0);
