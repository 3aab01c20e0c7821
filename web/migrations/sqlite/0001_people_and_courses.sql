-- People, courses and who is what in which course.
-- Instants are milliseconds since 1970-01-01T00:00:00Z everywhere.

CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    login         TEXT    NOT NULL UNIQUE,
    name          TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    disabled_at   BIGINT,
    CHECK (login = lower(login) AND length(login) BETWEEN 1 AND 64)
);

CREATE TABLE courses (
    id         INTEGER PRIMARY KEY,
    slug       TEXT    NOT NULL UNIQUE,
    title      TEXT    NOT NULL,
    created_at BIGINT  NOT NULL
);

-- An immutable state of a course's content, named by the hash of that content.
CREATE TABLE releases (
    id         TEXT    PRIMARY KEY,
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    created_at BIGINT  NOT NULL
);

CREATE INDEX releases_of_course ON releases (course_id, created_at);

CREATE TABLE sections (
    id         INTEGER PRIMARY KEY,
    course_id  INTEGER NOT NULL REFERENCES courses (id),
    name       TEXT    NOT NULL,
    UNIQUE (course_id, name)
);

CREATE TABLE enrolments (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    section_id INTEGER NOT NULL REFERENCES sections (id),
    role       TEXT    NOT NULL CHECK (role IN ('student', 'assistant', 'instructor', 'administrator')),
    created_at BIGINT  NOT NULL,
    PRIMARY KEY (user_id, section_id)
);

CREATE INDEX enrolments_of_section ON enrolments (section_id, role);

-- Signed-in browsers. The data is the session layer's own JSON.
CREATE TABLE sessions (
    id         TEXT   PRIMARY KEY,
    data       TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Failed sign-ins, counted for an account (`account:ada`) and for an address (`address:127.0.0.1`).
CREATE TABLE sign_in_failures (
    subject  TEXT    NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    first_at BIGINT  NOT NULL
);

-- What people did that somebody may have to account for. Append-only.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY,
    user_id INTEGER REFERENCES users (id),
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    at      BIGINT  NOT NULL
);

CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
