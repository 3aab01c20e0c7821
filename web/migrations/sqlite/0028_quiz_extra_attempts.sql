-- Attempts that staff gave one student on top of those that a quiz allows: one row an attempt. Only added to.
CREATE TABLE quiz_extra_attempts (
    id         INTEGER PRIMARY KEY,
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    quiz       TEXT    NOT NULL,
    student_id INTEGER NOT NULL REFERENCES users (id),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    at         BIGINT  NOT NULL
);

CREATE INDEX quiz_extra_attempts_of_student ON quiz_extra_attempts (course_id, quiz, student_id);

CREATE TRIGGER quiz_extra_attempts_are_append_only_update BEFORE UPDATE ON quiz_extra_attempts
BEGIN SELECT RAISE(ABORT, 'quiz_extra_attempts are append-only'); END;
CREATE TRIGGER quiz_extra_attempts_are_append_only_delete BEFORE DELETE ON quiz_extra_attempts
BEGIN SELECT RAISE(ABORT, 'quiz_extra_attempts are append-only'); END;
