-- What students do: lessons read, lab documents, workspaces, submissions, reports, quiz attempts.

CREATE TABLE lesson_progress (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    lesson     TEXT    NOT NULL,
    release_id TEXT    NOT NULL REFERENCES releases (id),
    opened_at  BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL,
    done_at    BIGINT,
    PRIMARY KEY (user_id, course_id, lesson)
);

-- A workspace of a lab: `start over` closes it and opens the next number.
CREATE TABLE lab_attempts (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    lab        TEXT    NOT NULL,
    number     INTEGER NOT NULL,
    release_id TEXT    NOT NULL REFERENCES releases (id),
    started_at BIGINT  NOT NULL,
    closed_at  BIGINT,
    UNIQUE (user_id, course_id, lab, number)
);

CREATE UNIQUE INDEX one_open_attempt_of_a_lab ON lab_attempts (user_id, course_id, lab) WHERE closed_at IS NULL;

-- A file that a student edits in the browser. `revision` counts its saves.
CREATE TABLE documents (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    lab        TEXT    NOT NULL,
    path       TEXT    NOT NULL,
    release_id TEXT    NOT NULL REFERENCES releases (id),
    revision   INTEGER NOT NULL,
    content    TEXT    NOT NULL,
    updated_at BIGINT  NOT NULL,
    UNIQUE (user_id, course_id, lab, path)
);

-- The last output of each cell, so that a page shows it again after a reload.
CREATE TABLE cell_outputs (
    attempt_id INTEGER NOT NULL REFERENCES lab_attempts (id),
    cell       TEXT    NOT NULL,
    source     TEXT    NOT NULL,
    outcomes   TEXT    NOT NULL,
    elapsed_us BIGINT  NOT NULL,
    ran_at     BIGINT  NOT NULL,
    PRIMARY KEY (attempt_id, cell)
);

-- Every statement that ran in a live workspace, without its rows. Append-only.
CREATE TABLE ledger (
    id          INTEGER PRIMARY KEY,
    attempt_id  INTEGER NOT NULL REFERENCES lab_attempts (id),
    cell        TEXT    NOT NULL,
    sql         TEXT    NOT NULL,
    error_class TEXT,
    commits     TEXT    NOT NULL,
    elapsed_us  BIGINT  NOT NULL,
    at          BIGINT  NOT NULL
);

CREATE INDEX ledger_of_attempt ON ledger (attempt_id, id);

-- What the public checks said last, for the page.
CREATE TABLE public_checks (
    attempt_id INTEGER PRIMARY KEY REFERENCES lab_attempts (id),
    report     TEXT   NOT NULL,
    ran_at     BIGINT NOT NULL
);

-- What was handed in. Never changed, never removed.
CREATE TABLE submissions (
    id           INTEGER PRIMARY KEY,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    course_id    INTEGER NOT NULL REFERENCES courses (id),
    lab          TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    release_id   TEXT    NOT NULL REFERENCES releases (id),
    hash         TEXT    NOT NULL,
    seed         BIGINT  NOT NULL,
    submitted_at BIGINT  NOT NULL,
    UNIQUE (user_id, course_id, lab, number)
);

CREATE TABLE submission_files (
    submission_id INTEGER NOT NULL REFERENCES submissions (id),
    path          TEXT    NOT NULL,
    content       BLOB    NOT NULL,
    PRIMARY KEY (submission_id, path)
);

CREATE TRIGGER submissions_are_append_only_update BEFORE UPDATE ON submissions
BEGIN SELECT RAISE(ABORT, 'submissions are append-only'); END;
CREATE TRIGGER submissions_are_append_only_delete BEFORE DELETE ON submissions
BEGIN SELECT RAISE(ABORT, 'submissions are append-only'); END;
CREATE TRIGGER submission_files_are_append_only_update BEFORE UPDATE ON submission_files
BEGIN SELECT RAISE(ABORT, 'submissions are append-only'); END;
CREATE TRIGGER submission_files_are_append_only_delete BEFORE DELETE ON submission_files
BEGIN SELECT RAISE(ABORT, 'submissions are append-only'); END;

-- What a submission was given; a later row of the same submission is a regrade. Points are hundredths.
CREATE TABLE reports (
    id            INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submissions (id),
    release_id    TEXT    NOT NULL REFERENCES releases (id),
    seed          BIGINT  NOT NULL,
    engine        TEXT    NOT NULL,
    score         INTEGER NOT NULL,
    max_score     INTEGER NOT NULL,
    body          TEXT    NOT NULL,
    graded_at     BIGINT  NOT NULL,
    CHECK (score BETWEEN 0 AND max_score)
);

CREATE INDEX reports_of_submission ON reports (submission_id, id);

-- Submissions that wait for a report. A worker takes one by a lease; `fence` grows with each lease, and a result is
-- only accepted from the lease with the highest fence.
CREATE TABLE grading_queue (
    submission_id INTEGER PRIMARY KEY REFERENCES submissions (id),
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'leased', 'done', 'failed')),
    fence         INTEGER NOT NULL DEFAULT 0,
    lease_until   BIGINT,
    not_before    BIGINT  NOT NULL,
    problem       TEXT,
    enqueued_at   BIGINT  NOT NULL
);

CREATE INDEX grading_queue_by_state ON grading_queue (state, not_before);

CREATE TABLE quiz_attempts (
    id           INTEGER PRIMARY KEY,
    user_id      INTEGER NOT NULL REFERENCES users (id),
    course_id    INTEGER NOT NULL REFERENCES courses (id),
    quiz         TEXT    NOT NULL,
    number       INTEGER NOT NULL,
    release_id   TEXT    NOT NULL REFERENCES releases (id),
    seed         BIGINT  NOT NULL,
    started_at   BIGINT  NOT NULL,
    -- NULL where the quiz has no time limit.
    deadline_at  BIGINT,
    submitted_at BIGINT,
    score        INTEGER,
    max_score    INTEGER,
    result       TEXT,
    UNIQUE (user_id, course_id, quiz, number)
);

CREATE UNIQUE INDEX one_open_attempt_of_a_quiz ON quiz_attempts (user_id, course_id, quiz) WHERE submitted_at IS NULL;

CREATE TABLE quiz_answers (
    attempt_id INTEGER NOT NULL REFERENCES quiz_attempts (id),
    question   TEXT    NOT NULL,
    answer     TEXT    NOT NULL,
    saved_at   BIGINT  NOT NULL,
    PRIMARY KEY (attempt_id, question)
);
