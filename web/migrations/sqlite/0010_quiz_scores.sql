-- Quizzes whose answers are run, amended and given more time. What is recorded here is only added to.

-- What staff changed about the items of a quiz: an amendment as JSON, or the withdrawal of an earlier one.
CREATE TABLE quiz_amendments (
    id        INTEGER PRIMARY KEY,
    course_id INTEGER NOT NULL REFERENCES courses (id),
    quiz      TEXT    NOT NULL,
    -- NULL for a withdrawal.
    amendment TEXT,
    withdraws INTEGER UNIQUE REFERENCES quiz_amendments (id),
    reason    TEXT    NOT NULL CHECK (length(trim(reason)) > 0),
    user_id   INTEGER NOT NULL REFERENCES users (id),
    at        BIGINT  NOT NULL,
    CHECK ((amendment IS NULL) = (withdraws IS NOT NULL))
);

CREATE INDEX quiz_amendments_of_quiz ON quiz_amendments (course_id, quiz, id);

CREATE TRIGGER quiz_amendments_are_append_only_update BEFORE UPDATE ON quiz_amendments
BEGIN SELECT RAISE(ABORT, 'quiz_amendments are append-only'); END;
CREATE TRIGGER quiz_amendments_are_append_only_delete BEFORE DELETE ON quiz_amendments
BEGIN SELECT RAISE(ABORT, 'quiz_amendments are append-only'); END;

-- Points of attempts, in hundredths; of an attempt the last row counts. An attempt that was handed in and has none waits
-- until its answers have been run.
CREATE TABLE quiz_scores (
    id           INTEGER PRIMARY KEY,
    attempt_id   INTEGER NOT NULL REFERENCES quiz_attempts (id),
    score        INTEGER NOT NULL,
    max_score    INTEGER NOT NULL,
    -- The score of each question as JSON.
    body         TEXT    NOT NULL,
    -- What it was scored again for; NULL for an attempt's first score.
    amendment_id INTEGER REFERENCES quiz_amendments (id),
    at           BIGINT  NOT NULL
);

CREATE INDEX quiz_scores_of_attempt ON quiz_scores (attempt_id, id);

INSERT INTO quiz_scores (attempt_id, score, max_score, body, at)
SELECT id, score, max_score, result, submitted_at FROM quiz_attempts WHERE submitted_at IS NOT NULL;

CREATE TRIGGER quiz_scores_are_append_only_update BEFORE UPDATE ON quiz_scores
BEGIN SELECT RAISE(ABORT, 'quiz_scores are append-only'); END;
CREATE TRIGGER quiz_scores_are_append_only_delete BEFORE DELETE ON quiz_scores
BEGIN SELECT RAISE(ABORT, 'quiz_scores are append-only'); END;

ALTER TABLE quiz_attempts DROP COLUMN score;
ALTER TABLE quiz_attempts DROP COLUMN max_score;
ALTER TABLE quiz_attempts DROP COLUMN result;

CREATE VIEW scored_quiz_attempts AS
SELECT a.*, s.score, s.max_score FROM quiz_attempts a
LEFT JOIN quiz_scores s ON s.id = (SELECT max(l.id) FROM quiz_scores l WHERE l.attempt_id = a.id);

-- What statements in answers gave, as JSON.
CREATE TABLE quiz_executions (
    attempt_id INTEGER NOT NULL REFERENCES quiz_attempts (id),
    execution  TEXT    NOT NULL,
    executed   TEXT    NOT NULL,
    at         BIGINT  NOT NULL,
    PRIMARY KEY (attempt_id, execution)
);

CREATE TRIGGER quiz_executions_are_append_only_update BEFORE UPDATE ON quiz_executions
BEGIN SELECT RAISE(ABORT, 'quiz_executions are append-only'); END;
CREATE TRIGGER quiz_executions_are_append_only_delete BEFORE DELETE ON quiz_executions
BEGIN SELECT RAISE(ABORT, 'quiz_executions are append-only'); END;

-- When answers were saved: one row a save that changed the answer.
CREATE TABLE quiz_answer_saves (
    id         INTEGER PRIMARY KEY,
    attempt_id INTEGER NOT NULL REFERENCES quiz_attempts (id),
    question   TEXT    NOT NULL,
    at         BIGINT  NOT NULL
);

CREATE INDEX quiz_answer_saves_of_attempt ON quiz_answer_saves (attempt_id, id);

-- Minutes that staff gave while a quiz ran. The deadlines of open attempts are moved with them.
CREATE TABLE quiz_extra_minutes (
    id         INTEGER PRIMARY KEY,
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    quiz       TEXT    NOT NULL,
    -- NULL for all.
    student_id INTEGER REFERENCES users (id),
    minutes    INTEGER NOT NULL CHECK (minutes > 0),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    at         BIGINT  NOT NULL
);

CREATE INDEX quiz_extra_minutes_of_quiz ON quiz_extra_minutes (course_id, quiz, id);

CREATE TRIGGER quiz_extra_minutes_are_append_only_update BEFORE UPDATE ON quiz_extra_minutes
BEGIN SELECT RAISE(ABORT, 'quiz_extra_minutes are append-only'); END;
CREATE TRIGGER quiz_extra_minutes_are_append_only_delete BEFORE DELETE ON quiz_extra_minutes
BEGIN SELECT RAISE(ABORT, 'quiz_extra_minutes are append-only'); END;

-- Questions of an attempt whose feedback was shown while it ran: their answers stay as they are.
CREATE TABLE quiz_checked_questions (
    attempt_id INTEGER NOT NULL REFERENCES quiz_attempts (id),
    question   TEXT    NOT NULL,
    at         BIGINT  NOT NULL,
    PRIMARY KEY (attempt_id, question)
);

CREATE TRIGGER quiz_checked_questions_are_append_only_update BEFORE UPDATE ON quiz_checked_questions
BEGIN SELECT RAISE(ABORT, 'quiz_checked_questions are append-only'); END;
CREATE TRIGGER quiz_checked_questions_are_append_only_delete BEFORE DELETE ON quiz_checked_questions
BEGIN SELECT RAISE(ABORT, 'quiz_checked_questions are append-only'); END;

-- A student's share of the time of every quiz, in percent: 100 for what all have. Of a student the last row holds.
CREATE TABLE quiz_time_factors (
    id         INTEGER PRIMARY KEY,
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    student_id INTEGER NOT NULL REFERENCES users (id),
    percent    INTEGER NOT NULL CHECK (percent BETWEEN 100 AND 400),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    at         BIGINT  NOT NULL
);

CREATE INDEX quiz_time_factors_of_student ON quiz_time_factors (course_id, student_id, id);

CREATE TRIGGER quiz_time_factors_are_append_only_update BEFORE UPDATE ON quiz_time_factors
BEGIN SELECT RAISE(ABORT, 'quiz_time_factors are append-only'); END;
CREATE TRIGGER quiz_time_factors_are_append_only_delete BEFORE DELETE ON quiz_time_factors
BEGIN SELECT RAISE(ABORT, 'quiz_time_factors are append-only'); END;
