-- The rules of a lab: when results show, when it is due and what late work loses; hints that students opened; cases that
-- they try. All of it is only added to. Points are hundredths, instants milliseconds.

-- `counts`: of hidden checks only how many hold; `everything`: all at once; `after_due`: counts until the due date.
ALTER TABLE lab_policies ADD COLUMN results TEXT NOT NULL DEFAULT 'everything'
    CHECK (results IN ('counts', 'everything', 'after_due'));
-- NULL for the course's own due date.
ALTER TABLE lab_policies ADD COLUMN due_at BIGINT;
-- What late work loses for each day that has begun, and at most; percent of its points.
ALTER TABLE lab_policies ADD COLUMN late_percent INTEGER NOT NULL DEFAULT 0 CHECK (late_percent BETWEEN 0 AND 100);
ALTER TABLE lab_policies ADD COLUMN late_most INTEGER NOT NULL DEFAULT 0 CHECK (late_most BETWEEN late_percent AND 100);

-- Another due date for one student. NULL takes an earlier one back.
CREATE TABLE extensions (
    id         INTEGER PRIMARY KEY,
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    lab        TEXT    NOT NULL,
    student_id INTEGER NOT NULL REFERENCES users (id),
    due_at     BIGINT,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    at         BIGINT  NOT NULL
);

CREATE INDEX extensions_of_lab ON extensions (course_id, lab, student_id, id);

CREATE TRIGGER extensions_are_append_only_update BEFORE UPDATE ON extensions
BEGIN SELECT RAISE(ABORT, 'extensions are append-only'); END;
CREATE TRIGGER extensions_are_append_only_delete BEFORE DELETE ON extensions
BEGIN SELECT RAISE(ABORT, 'extensions are append-only'); END;

-- A hint that a student opened. It lowers what is handed in from then on.
CREATE TABLE hints_opened (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    lab        TEXT    NOT NULL,
    task       INTEGER NOT NULL,
    level      TEXT    NOT NULL CHECK (level IN ('concept', 'clause', 'skeleton', 'difference')),
    release_id TEXT    NOT NULL REFERENCES releases (id),
    at         BIGINT  NOT NULL,
    UNIQUE (user_id, course_id, lab, task, level)
);

CREATE TRIGGER hints_opened_are_append_only_update BEFORE UPDATE ON hints_opened
BEGIN SELECT RAISE(ABORT, 'opened hints are append-only'); END;
CREATE TRIGGER hints_opened_are_append_only_delete BEFORE DELETE ON hints_opened
BEGIN SELECT RAISE(ABORT, 'opened hints are append-only'); END;

-- The case of a report that was loaded into a scratch workspace.
CREATE TABLE tried_cases (
    attempt_id    INTEGER PRIMARY KEY REFERENCES lab_attempts (id),
    submission_id INTEGER NOT NULL REFERENCES submissions (id),
    check_id      TEXT    NOT NULL,
    at            BIGINT  NOT NULL
);
