-- What a person answered last to a question in a lesson's text.
CREATE TABLE lesson_answers (
    user_id     INTEGER NOT NULL REFERENCES users (id),
    course_id   INTEGER NOT NULL REFERENCES courses (id),
    lesson      TEXT    NOT NULL,
    question    TEXT    NOT NULL,
    answer      TEXT    NOT NULL,
    answered_at BIGINT  NOT NULL,
    PRIMARY KEY (user_id, course_id, lesson, question)
);
