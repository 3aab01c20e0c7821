-- Marks: which report of a submission counts, what people set and wrote beside it, and which submission of a lab counts.
-- All of it is only added to; where rows replace each other, the last one holds. Points are hundredths.

CREATE TRIGGER reports_are_append_only_update BEFORE UPDATE ON reports
BEGIN SELECT RAISE(ABORT, 'reports are append-only'); END;
CREATE TRIGGER reports_are_append_only_delete BEFORE DELETE ON reports
BEGIN SELECT RAISE(ABORT, 'reports are append-only'); END;

-- Points that a person gave a check. NULL withdraws what was set before.
CREATE TABLE overrides (
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submissions (id),
    check_id      TEXT    NOT NULL,
    points        INTEGER,
    reason        TEXT    NOT NULL,
    user_id       INTEGER NOT NULL REFERENCES users (id),
    at            BIGINT  NOT NULL,
    CHECK (points IS NULL OR (points >= 0 AND length(trim(reason)) > 0))
);

CREATE INDEX overrides_of_submission ON overrides (submission_id, check_id, id);

CREATE TRIGGER overrides_are_append_only_update BEFORE UPDATE ON overrides
BEGIN SELECT RAISE(ABORT, 'overrides are append-only'); END;
CREATE TRIGGER overrides_are_append_only_delete BEFORE DELETE ON overrides
BEGIN SELECT RAISE(ABORT, 'overrides are append-only'); END;

-- What a person wrote to the student; without a check, about the submission as a whole.
CREATE TABLE comments (
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submissions (id),
    check_id      TEXT,
    text          TEXT    NOT NULL CHECK (length(trim(text)) > 0),
    user_id       INTEGER NOT NULL REFERENCES users (id),
    at            BIGINT  NOT NULL
);

CREATE INDEX comments_of_submission ON comments (submission_id, id);

CREATE TRIGGER comments_are_append_only_update BEFORE UPDATE ON comments
BEGIN SELECT RAISE(ABORT, 'comments are append-only'); END;
CREATE TRIGGER comments_are_append_only_delete BEFORE DELETE ON comments
BEGIN SELECT RAISE(ABORT, 'comments are append-only'); END;

-- A wish to grade again what is graded: one submission, or every one of a lab.
CREATE TABLE regrades (
    id            INTEGER PRIMARY KEY,
    course_id     INTEGER NOT NULL REFERENCES courses (id),
    lab           TEXT    NOT NULL,
    -- NULL for the whole lab.
    submission_id INTEGER REFERENCES submissions (id),
    user_id       INTEGER NOT NULL REFERENCES users (id),
    at            BIGINT  NOT NULL
);

CREATE INDEX regrades_of_lab ON regrades (course_id, lab, id);

CREATE TRIGGER regrades_are_append_only_update BEFORE UPDATE ON regrades
BEGIN SELECT RAISE(ABORT, 'regrades are append-only'); END;
CREATE TRIGGER regrades_are_append_only_delete BEFORE DELETE ON regrades
BEGIN SELECT RAISE(ABORT, 'regrades are append-only'); END;

-- The submissions of a regrade, leased like those of the grading queue. `report_id` is what it was given this time.
CREATE TABLE regrade_queue (
    regrade_id    INTEGER NOT NULL REFERENCES regrades (id),
    submission_id INTEGER NOT NULL REFERENCES submissions (id),
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'leased', 'done', 'failed')),
    fence         INTEGER NOT NULL DEFAULT 0,
    lease_until   BIGINT,
    not_before    BIGINT  NOT NULL,
    problem       TEXT,
    report_id     INTEGER REFERENCES reports (id),
    PRIMARY KEY (regrade_id, submission_id),
    CHECK ((state = 'done') = (report_id IS NOT NULL))
);

CREATE INDEX regrade_queue_by_state ON regrade_queue (state, not_before);

-- Which report of a submission counts: its last row. A regrade is applied by rows that name its reports, and undone by
-- rows that name the reports before.
CREATE TABLE counting_reports (
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submissions (id),
    report_id     INTEGER NOT NULL REFERENCES reports (id),
    -- NULL for a submission's first report, which counts by itself.
    regrade_id    INTEGER REFERENCES regrades (id),
    undoes        INTEGER UNIQUE REFERENCES counting_reports (id),
    user_id       INTEGER REFERENCES users (id),
    at            BIGINT  NOT NULL,
    CHECK ((regrade_id IS NULL) = (user_id IS NULL))
);

CREATE INDEX counting_reports_of_submission ON counting_reports (submission_id, id);
CREATE INDEX counting_reports_of_regrade ON counting_reports (regrade_id, id);

CREATE TRIGGER counting_reports_are_append_only_update BEFORE UPDATE ON counting_reports
BEGIN SELECT RAISE(ABORT, 'counting reports are append-only'); END;
CREATE TRIGGER counting_reports_are_append_only_delete BEFORE DELETE ON counting_reports
BEGIN SELECT RAISE(ABORT, 'counting reports are append-only'); END;

INSERT INTO counting_reports (submission_id, report_id, at)
SELECT submission_id, id, graded_at FROM reports WHERE id IN (SELECT max(id) FROM reports GROUP BY submission_id);

-- Which of a student's submissions of a lab counts. Without a row, the best.
CREATE TABLE lab_policies (
    id        INTEGER PRIMARY KEY,
    course_id INTEGER NOT NULL REFERENCES courses (id),
    lab       TEXT    NOT NULL,
    counting  TEXT    NOT NULL CHECK (counting IN ('last', 'best')),
    user_id   INTEGER NOT NULL REFERENCES users (id),
    at        BIGINT  NOT NULL
);

CREATE INDEX lab_policies_of_lab ON lab_policies (course_id, lab, id);

CREATE TRIGGER lab_policies_are_append_only_update BEFORE UPDATE ON lab_policies
BEGIN SELECT RAISE(ABORT, 'policies are append-only'); END;
CREATE TRIGGER lab_policies_are_append_only_delete BEFORE DELETE ON lab_policies
BEGIN SELECT RAISE(ABORT, 'policies are append-only'); END;
