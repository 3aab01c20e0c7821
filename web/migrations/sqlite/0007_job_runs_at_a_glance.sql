-- Who decides whether a run may begin reads no run's settings or record: both may be large, and stand before the rest
-- in each row. These hold all that is asked.
DROP INDEX job_runs_under_way;
CREATE INDEX job_runs_under_way ON job_runs (state, attempt_id, path, starts_at) WHERE state IN ('queued', 'running');
CREATE INDEX job_runs_on_the_clock ON job_runs (attempt_id, path, ends_at, starts_at);
