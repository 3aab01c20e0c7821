-- Where the reader of a lesson was last: the id of a heading or a part of its page; empty at its top.
ALTER TABLE lesson_progress ADD COLUMN place TEXT NOT NULL DEFAULT '';
