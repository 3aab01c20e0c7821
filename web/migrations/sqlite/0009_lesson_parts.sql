-- What a person did of a lesson: `walkthrough`, `snippet-3`, `exercise`.
CREATE TABLE lesson_parts (
    user_id   INTEGER NOT NULL REFERENCES users (id),
    course_id INTEGER NOT NULL REFERENCES courses (id),
    lesson    TEXT    NOT NULL,
    part      TEXT    NOT NULL,
    done_at   BIGINT  NOT NULL,
    PRIMARY KEY (user_id, course_id, lesson, part)
);

-- The step of the walkthrough that was seen last, from 0.
ALTER TABLE lesson_progress ADD COLUMN walkthrough_step BIGINT NOT NULL DEFAULT 0;
