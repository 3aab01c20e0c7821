//! `sandbar check` on courses with mistakes. That the course of this repository is free of them, `make prove` shows.

use std::fs;
use std::path::{Path, PathBuf};

use crate::program::{Ran, copy, course, folder_of, sandbar, shown};

/// The first part of a text in a file of the course, replaced; it must be there.
fn replace(course: &Path, file: &str, from: &str, to: &str) {
    let path = course.join(file);
    let text = fs::read_to_string(&path).expect("it is there");
    assert!(text.contains(from), "{from} in {file}");
    fs::write(path, text.replacen(from, to, 1)).expect("it is written");
}

fn check(course: &Path) -> Ran {
    sandbar(&["check", &shown(course)])
}

/// A course of the Delta lab alone, without mutants and further right solutions, whose only wrong solution is the one
/// without an insert clause.
pub fn small_course(folder: &Path) -> PathBuf {
    let own = folder.join("labs/delta");
    copy(&course().join("labs/delta"), &own);
    fs::remove_dir_all(own.join("right")).expect("it is there");
    for wrong in fs::read_dir(own.join("wrong")).expect("it is there").flatten() {
        if wrong.file_name() != "no_insert_clause.sql" {
            fs::remove_file(wrong.path()).expect("it is there");
        }
    }
    let lab = own.join("lab.yml");
    let text = fs::read_to_string(&lab).expect("it is there");
    let (before, proof) = text.split_once("  mutate:").expect("the mutants");
    let (_, wrong) = proof.split_once("  wrong:\n").expect("the wrong solutions");
    let kept = wrong.lines().find(|line| line.contains("no_insert_clause")).expect("one of them");
    fs::write(&lab, format!("{before}  wrong:\n{kept}\n")).expect("it is written");
    let head = "slug: small\ntitle: Small\nsummary: One lab.\ntopics:\n  - lab: delta\n";
    fs::write(folder.join("course.yml"), head).expect("it is written");
    folder.to_owned()
}

#[test]
fn mistakes_in_several_files_are_all_told_at_once_with_file_line_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    copy(&course(), folder.path());
    let broken = folder.path();
    replace(broken, "course.yml", "lesson: time-travel", "lesson: time-travle");
    replace(broken, "lessons/delta-lake-concepts.md", "minutes: ", "minutse: ");
    replace(broken, "labs/delta/lab.yml", "kind: row_count", "kind: row_cuont");
    replace(broken, "labs/workflows/lab.yml", "gold: datasets/gold.yml", "gold: datasets/golden.yml");
    replace(broken, "quizzes/week-3.yml", "kind: single", "kind: singel");
    let lab = fs::read_to_string(broken.join("labs/delta/lab.yml")).expect("it is there");
    let kind = lab.lines().position(|line| line.contains("row_cuont")).expect("its line") + 1;
    let kind = format!("labs/delta/lab.yml:{kind}:15: error: ");
    let ran = check(broken);
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert!(ran.out.contains("not proved") && ran.out.lines().count() == 1, "{}", ran.out);
    for (place, told) in [
        ("course.yml:11:5: error: ", "time-travle"),
        ("lessons/delta-lake-concepts.md:3:1: error: ", "minutse"),
        (kind.as_str(), "row_cuont"),
        ("labs/workflows/lab.yml", "golden.yml"),
        ("quizzes/week-3.yml:23:11: error: ", "singel"),
        ("lessons/time-travel.md: error: ", "No topic"),
    ] {
        let line = ran.err.lines().find(|line| line.starts_with(place) && line.contains(told));
        assert!(line.is_some(), "{place} … {told} in {}", ran.err);
    }
    for near in ["Did you mean `minutes`?", "Did you mean `row_count`?", "Did you mean `single`?"] {
        assert!(ran.err.contains(near), "{near} in {}", ran.err);
    }
}

#[test]
fn a_lab_whose_solutions_do_not_score_as_declared_is_refused_with_each_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    let small = small_course(folder.path());
    assert_eq!(check(&small).status, 0, "as it is, it is proved");
    replace(&small, "labs/delta/lab.yml", "no_insert_clause.sql, score: 82", "no_insert_clause.sql, score: 90");
    replace(&small, "labs/delta/reference/solution.sql", "unit_price * 1.05", "unit_price + 5");
    let ran = check(&small);
    assert_eq!(ran.status, 1, "{}", ran.err);
    let line = fs::read_to_string(small.join("labs/delta/lab.yml")).expect("it is there");
    let line = line.lines().position(|line| line.contains("no_insert_clause")).expect("its line") + 1;
    let wrong =
        format!("labs/delta/lab.yml:{line}:7: error: `wrong/no_insert_clause.sql` scores 82, not the declared 90.");
    assert!(ran.err.contains(&wrong), "{wrong} in {}", ran.err);
    let reference = "`reference/solution.sql` scores 91, not the declared 100.";
    assert!(ran.err.contains(reference) && ran.err.contains("raise-rows.plus_five"), "{}", ran.err);
    assert!(ran.out.contains("not proved") && ran.out.contains("3 findings"), "{}", ran.out);
}

#[test]
fn a_solution_that_stops_is_told_at_the_line_of_its_own_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let small = small_course(folder.path());
    let file = "labs/delta/reference/solution.sql";
    replace(&small, file, "UPDATE ", "UPDTAE ");
    let text = fs::read_to_string(small.join(file)).expect("it is there");
    let line = text.lines().position(|line| line.contains("UPDTAE")).expect("its line") + 1;
    let ran = check(&small);
    let place = format!("{file}:{line}:1: error: `reference/solution.sql` stops here: ");
    assert!(ran.status == 1 && ran.err.contains(&place), "{place} in {}", ran.err);
}

#[test]
fn snippets_that_do_not_do_what_their_lesson_says_are_told_with_their_line() {
    let lesson =
        |snippet: &str| format!("---\ntitle: One\nminutes: 5\nsummary: First.\n---\n\n## Start\n\n{snippet}\n");
    let folder = folder_of(&[
        ("course.yml", "slug: small\ntitle: Small\nsummary: Two lessons.\ntopics:\n  - lesson: one\n  - lesson: two\n"),
        ("lessons/one.md", &lesson("```sql run\nSELECT 1;\n\nSELECT nothing\n```")),
        ("lessons/two.md", &lesson("```sql run error=DIVIDE_BY_ZERO\nSELECT 1\n```")),
    ]);
    let ran = check(folder.path());
    assert_eq!(ran.status, 1, "{}", ran.err);
    assert!(ran.err.contains("lessons/one.md:12:8: error: The snippet fails: "), "{}", ran.err);
    let meant = "lessons/two.md:10:1: error: The snippet is meant to fail with DIVIDE_BY_ZERO, but it succeeds.";
    assert!(ran.err.contains(meant), "{}", ran.err);
}

#[test]
fn every_step_of_a_walkthrough_that_fails_is_told_with_the_line_of_its_statement() {
    let steps = "steps:
  - { caption: The table begins., table: t, seconds: 20, sql: CREATE TABLE t (n INT) }
  - caption: This one fails.
    seconds: 20
    sql: |
      INSERT INTO t VALUES (1);
      SELECT nothing FROM t
  - { caption: And this one., seconds: 20, sql: SELECT 1/0 }
  - { caption: This does not., seconds: 20, error: DIVIDE_BY_ZERO, sql: SELECT 1 }
";
    let folder = folder_of(&[
        ("course.yml", "slug: small\ntitle: Small\nsummary: One.\ntopics:\n  - lesson: one\n"),
        ("lessons/one.md", "---\ntitle: One\nminutes: 1\nsummary: First.\n---\n\n## Start\n\nWords.\n"),
        ("lessons/one/walkthrough.yml", steps),
    ]);
    let ran = check(folder.path());
    assert_eq!(ran.status, 1, "{}", ran.err);
    for place in ["7:14: error: This step fails: ", "8:", "9:"] {
        assert!(ran.err.contains(&format!("lessons/one/walkthrough.yml:{place}")), "{place} in {}", ran.err);
    }
    assert!(ran.out.contains("3 findings"), "{} {}", ran.out, ran.err);
}

#[test]
fn a_table_that_no_step_of_a_walkthrough_makes_is_told_once_where_it_is_named() {
    let steps = "steps:
  - { caption: The table begins., table: menu, seconds: 20, sql: CREATE TABLE menu (n INT) }
  - { caption: Its rows., table: mneu, seconds: 20, look: rows }
  - { caption: Again., seconds: 20, look: rows }
";
    let walkthrough = |steps: &str| {
        let folder = folder_of(&[
            ("course.yml", "slug: small\ntitle: Small\nsummary: One.\ntopics:\n  - lesson: one\n"),
            ("lessons/one.md", "---\ntitle: One\nminutes: 1\nsummary: First.\n---\n\n## Start\n\nWords.\n"),
            ("lessons/one/walkthrough.yml", steps),
        ]);
        check(folder.path())
    };
    let ran = walkthrough(steps);
    let told = "lessons/one/walkthrough.yml:3:34: error: No step makes a table `mneu`";
    assert!(ran.err.contains(told) && ran.err.contains("Did you mean `menu`?"), "{}", ran.err);
    assert!(ran.out.contains("1 finding"), "{} {}", ran.out, ran.err);
    assert_eq!(walkthrough(&steps.replace("mneu", "MENU")).status, 0);
    let dropped = steps.replace("mneu, seconds: 20, look: rows", "menu, seconds: 20, sql: DROP TABLE menu");
    assert_eq!(walkthrough(&dropped).status, 0, "it was there before");
}

#[test]
fn what_keeps_a_lab_from_being_graded_is_told_once_and_not_with_every_solution() {
    let bakery = concat!(env!("CARGO_MANIFEST_DIR"), "/courses/bakery");
    let told = |file: &str, from: &str, to: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        copy(Path::new(bakery), folder.path());
        replace(folder.path(), file, from, to);
        let ran = check(folder.path());
        assert!(ran.status == 1 && ran.out.contains(" 1 finding\n"), "{} {}", ran.out, ran.err);
        ran.err
    };
    let query = told("labs/counter/lab.yml", "SELECT bread, grain, CASE", "SELECT bred, grain, CASE");
    let ungraded = "error: `reference.sql` could not be graded: check `rye`: The reference query failed: ";
    assert!(query.contains(ungraded) && query.contains("`bred`"), "{query}");
    let data = told("labs/counter/breads.yml", "rye, ", "rye, dear and ");
    assert!(data.contains("The column `cents` is INT, and does not hold the text"), "{data}");
}

#[test]
fn slips_of_writing_are_told_beside_mistakes_and_what_can_be_read_is_run_all_the_same() {
    let head = |minutes: u32| format!("---\ntitle: One\nminutes: {minutes}\nsummary: First.\n---\n");
    let one = "\n## Start\n\n#### Deep\n\n[x](#end) ![](/a.png)\n\n```sql run\nSELECT nothing\n```\n";
    let folder = folder_of(&[
        ("course.yml", "slug: small\ntitle: Small\nsummary: Two.\ntopics:\n  - lesson: one\n  - lesson: two\n"),
        ("lessons/one.md", &format!("{}{one}", head(1))),
        ("lessons/two.md", &head(9).replace("minutes", "minutse")),
        ("lessons/one/walkthrough.yml", "steps: [{ caption: x, table: t, seconds: 60, lok: log, sql: SELECT 1 }]\n"),
        ("glosary.yml", "terms: []\n"),
    ]);
    let whole = folder_of(&[
        ("course.yml", "slug: small\ntitle: Small\nsummary: One.\ntopics:\n  - lesson: one\n"),
        ("lessons/one.md", &format!("{}{one}", head(9))),
    ]);
    let (partly, whole) = (check(folder.path()), check(whole.path()));
    for (ran, places) in [
        (
            &partly,
            &[
                "lessons/two.md:3:1: error: ",
                "lessons/one/walkthrough.yml:1:46: error: ",
                "glosary.yml: error: ",
                // What is wrong with its walkthrough hides nothing of a lesson.
                "lessons/one.md:11:1: error: The picture has no text",
                "lessons/one.md:14:8: error: The snippet fails: ",
            ][..],
        ),
        (
            &whole,
            &[
                "lessons/one.md:3:1: error: The head says 9 minutes",
                "lessons/one.md:9:1: error: A heading of level 4",
                "lessons/one.md:11:1: error: This lesson has no heading `end`",
                "lessons/one.md:11:1: error: The picture has no text",
                "lessons/one.md:14:8: error: The snippet fails: ",
            ][..],
        ),
    ] {
        assert_eq!(ran.status, 1, "{}", ran.err);
        assert!(ran.out.contains("not proved"), "{}", ran.out);
        for place in places {
            assert!(ran.err.contains(place), "{place} in {}", ran.err);
        }
    }
    for near in ["Did you mean `minutes`?", "Did you mean `look`?", "Did you mean `glossary.yml`?"] {
        assert!(partly.err.contains(near), "{near} in {}", partly.err);
    }
}

#[test]
fn a_folder_that_is_no_course_is_a_usage_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing");
    let ran = check(&missing);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("missing"), "{}", ran.err);
    let empty = check(folder.path());
    assert_eq!(empty.status, 1);
    assert!(empty.err.contains("course.yml: error: There is no file"), "{}", empty.err);
}

#[test]
fn many_seeds_are_proved_with_a_word_now_and_then_on_how_far_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let small = small_course(folder.path());
    let ran = sandbar(&["check", &shown(&small), "--seeds", "8"]);
    assert_eq!(ran.status, 0, "{}", ran.err);
    assert!(ran.out.contains("proved") && ran.out.lines().count() == 1, "{}", ran.out);
    // A line every five seconds: none where the machine is quick.
    for line in ran.err.lines() {
        assert!(line.starts_with("delta: seed ") && line.ends_with("solutions and mutants"), "{line}");
    }
}
