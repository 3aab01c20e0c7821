-- Which release the server serves when it is given no course: the last row. Only added to, so going back is a row too.
CREATE TABLE published_releases (
    id         INTEGER PRIMARY KEY,
    release_id TEXT    NOT NULL REFERENCES releases (id),
    at         BIGINT  NOT NULL
);

CREATE TRIGGER published_releases_are_append_only_update BEFORE UPDATE ON published_releases
BEGIN SELECT RAISE(ABORT, 'published releases are append-only'); END;
CREATE TRIGGER published_releases_are_append_only_delete BEFORE DELETE ON published_releases
BEGIN SELECT RAISE(ABORT, 'published releases are append-only'); END;
