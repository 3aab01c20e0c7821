-- Runs of a student's jobs. The newest of each workspace are kept.

-- `starts_at` and `ends_at` are on the run's own clock. `revision` counts what was saved of a run, for pages that
-- follow it.
CREATE TABLE job_runs (
    id         INTEGER PRIMARY KEY,
    attempt_id INTEGER NOT NULL REFERENCES lab_attempts (id),
    -- From 1, in the workspace.
    number     INTEGER NOT NULL,
    -- The job's file, and its text at that time.
    path       TEXT    NOT NULL,
    settings   TEXT    NOT NULL,
    -- Overrides of the job's parameters, as JSON.
    parameters TEXT    NOT NULL,
    trigger    TEXT    NOT NULL CHECK (trigger IN ('MANUAL', 'PERIODIC')),
    -- `broken`: it was under way when the server ended, or the engine failed.
    state      TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'over', 'broken')),
    -- As in the Jobs API; NULL until it is over.
    result     TEXT,
    starts_at  BIGINT  NOT NULL,
    ends_at    BIGINT,
    -- What it did, as JSON; NULL where nothing has begun.
    record     TEXT,
    -- A sentence about how it ended, where its record does not say it.
    note       TEXT,
    revision   INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT  NOT NULL,
    UNIQUE (attempt_id, number)
);

CREATE INDEX job_runs_of_a_job ON job_runs (attempt_id, path, id);
CREATE INDEX job_runs_under_way ON job_runs (state) WHERE state IN ('queued', 'running');
