//! The writer against the reader, and what is public of small labs.

use sandbar_labs::authored::yaml as reader;
use serde_json::{Value, json};

use super::{public, yaml};
use crate::files::Files;

fn read(text: &str) -> Value {
    reader::parse(text).unwrap_or_else(|finding| panic!("{finding:?} in\n{text}")).to_json()
}

#[test]
fn what_is_written_reads_back() {
    let hard = json!({
        "a": ["", " ", "x ", " x", "null", "No", "12", "1.5", "- a", "a: b", "a #b", "'", "\"", "\\", "é\u{1F600}", "\t", "*a"],
        "key: odd": { "": [], "deep": [[1, [2.5, {}]], { "x": null, "y": [true] }] },
        "lines": ["a\nb", "a\nb\n", "a\n\n b\n", "a\nb\n\n", " a\nb", "\na\nb", "a\r\nb", "a\n\tb\n", "a\nb \n", "# a\n- b"],
        "~": "\u{7f}\u{85}\u{2028}\u{feff}\u{0}",
    });
    assert_eq!(read(&yaml::text(&hard)), hard, "{}", yaml::text(&hard));
}

#[test]
fn the_labs_of_the_course_read_back() {
    for slug in ["delta", "workflows"] {
        let lab = read(Files::builtin().text(&format!("labs/{slug}/lab.yml")).unwrap());
        assert_eq!(read(&yaml::text(&lab)), lab);
    }
}

const LAB: &str = "
slug: small
submission: {titled_tasks: true}
datasets: {seen: seen.yml, unseen: unseen.yml}
tables: {t: seen}
schemas: {s: {columns: {a: INT}}, other: {columns: {b: INT}}}
relations:
  rows: {table: t, at: after, schema: s}
  secret: {dataset: unseen, schema: other}
replays:
  - {name: main, tables: {t: seen}}
  - {name: again, tables: {t: seen}}
  - {name: others, tables: {t: unseen}}
tasks:
  - number: 1
    title: One
    text: Do.
    points: 10
    hints: {concept: Think.}
    checks:
      - {id: a, kind: row_count, points: 1.5, relation: rows}
      - {id: b, kind: row_count, points: 1, relation: secret}
      - {id: c, kind: row_count, points: 1, relation: rows, visibility: hidden}
      - {id: d, kind: run_schema, points: 1, replay: others}
      - {id: e, kind: rows_changed, points: 1, reference: SELECT 1}
      - {id: f, kind: no_violations, points: 0.25, violations: SELECT * FROM rows, needs: [a, e]}
      - {id: g, kind: no_violations, points: 1, violations: SELECT * FROM rows JOIN secret}
      - {id: h, kind: job_valid, points: 1}
      - {id: i, kind: property, points: 1, like: e}
  - {number: 2, title: Two, text: Do., points: 1, checks: [{id: j, kind: query_equals, points: 1, reference: SELECT 1}]}
proof: {starter_score: 0, reference: r.sql}
";

fn ids(lab: &Value) -> Vec<&str> {
    let tasks = lab["tasks"].as_array().unwrap().iter();
    tasks.flat_map(|task| task["checks"].as_array().unwrap()).map(|check| check["id"].as_str().unwrap()).collect()
}

#[test]
fn hidden_checks_answers_and_unseen_data_stay_out() {
    let part = public::part(&read(LAB), sandbar_grader::Points::whole(11)).unwrap();
    assert_eq!(ids(&part.lab), ["a", "f", "h"]);
    assert_eq!((part.checks, part.points.to_string().as_str()), (3, "2.75"));
    assert_eq!(part.lab["tasks"][0]["points"], json!(2.75));
    assert_eq!(part.lab["tasks"][0].get("hints"), None);
    assert_eq!(part.lab["tasks"][0]["checks"][1]["needs"], json!(["a"]));
    assert_eq!(part.lab["public_part_of"], json!(11));
    // All but the hidden one.
    assert_eq!(part.lab["public_points"], json!(8.75));
    assert_eq!(part.lab["datasets"], json!({ "seen": "seen.yml" }));
    assert_eq!(part.lab["schemas"], json!({ "s": { "columns": { "a": "INT" } } }));
    assert_eq!(part.lab["relations"].as_object().unwrap().keys().collect::<Vec<_>>(), ["rows"]);
    assert_eq!(part.lab["replays"].as_array().unwrap().len(), 1);
    assert_eq!(part.lab.get("proof"), None);
}

#[test]
fn tasks_that_are_judged_on_unseen_data_have_no_public_check() {
    let hidden = LAB.replace("{name: main, tables: {t: seen}}", "{name: main, tables: {t: unseen}}");
    let part = public::part(&read(&hidden), sandbar_grader::Points::whole(11)).unwrap();
    assert_eq!(ids(&part.lab), ["h"]);
    assert_eq!(part.lab["replays"], json!([]));
}

#[test]
fn a_lab_without_a_public_check_is_not_packed() {
    let (head, _) = LAB.split_once("  - number: 1").unwrap();
    let lab = format!("{head}  - {{number: 1, checks: [{{id: a, kind: property, points: 1}}]}}\n");
    assert_eq!(public::part(&read(&lab), sandbar_grader::Points::whole(1)).unwrap_err().code, "NOTHING_PUBLIC");
}
