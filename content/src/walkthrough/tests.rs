use super::*;

const STEP: &str = "  - caption: A table begins as an entry in its log.
    table: readings
    seconds: 40
    look: log
    sql: |
      CREATE TABLE readings (station STRING)
";

fn steps(more: &str) -> String {
    format!("steps:\n{STEP}{more}")
}

fn codes(text: &str) -> Vec<(String, Option<u32>)> {
    let findings = parse(text, "lessons/x/walkthrough.yml").unwrap_err();
    assert!(findings.iter().all(|finding| finding.file.as_deref() == Some("lessons/x/walkthrough.yml")));
    findings.into_iter().map(|finding| (finding.code, finding.line)).collect()
}

#[test]
fn steps_keep_their_order_and_look_at_the_table_before_unless_they_name_another() {
    let more = "  - { caption: Rows follow., seconds: 20, look: rows }\n  - { caption: Another one., seconds: 20, look: files, table: s.other }\n";
    let read = parse(&steps(more), "f").unwrap();
    let seen: Vec<(&str, Look, u32)> =
        read.steps.iter().map(|step| (step.table.as_str(), step.look, step.line)).collect();
    assert_eq!(seen, [("readings", Look::Log, 2), ("readings", Look::Rows, 8), ("s.other", Look::Files, 9)]);
    assert_eq!(read.steps[0].sql.as_deref(), Some("CREATE TABLE readings (station STRING)"));
    assert_eq!(read.seconds(), 80);
}

#[test]
fn everything_wrong_with_a_walkthrough_is_told_at_once() {
    let text = "\
steps:
  - { caption: No table yet., seconds: 30, look: rows }
  - { caption: one two three four five six seven, seconds: 2, look: lgo, table: t }
  - { caption: x, seconds: 9, look: log, error: DIVIDE_BY_ZERO, colour: red }
  - { caption: x, seconds: 9, look: log, table: 't; DROP TABLE u' }
";
    let seen = codes(text);
    for expected in [
        ("NO_TABLE", 2),
        ("BAD_VALUE", 3),
        ("TOO_FAST", 3),
        ("MISSING_FIELD", 4),
        ("UNKNOWN_FIELD", 4),
        ("NO_TABLE", 5),
    ] {
        assert!(seen.contains(&(expected.0.to_owned(), Some(expected.1))), "{expected:?} in {seen:?}");
    }
}

#[test]
fn a_walkthrough_takes_one_to_two_minutes() {
    assert_eq!(codes(&steps("")), [("WALKTHROUGH_LENGTH".to_owned(), Some(1))]);
    assert_eq!(codes("steps: []\n")[0].0, "WALKTHROUGH_LENGTH");
    assert!(parse(&steps("  - { caption: Done., seconds: 80, look: rows }\n"), "f").is_ok());
    assert_eq!(codes(&steps("  - { caption: Done., seconds: 81, look: rows }\n"))[0].0, "WALKTHROUGH_LENGTH");
}

#[test]
fn the_schema_has_the_fields_and_the_words_of_the_reader() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let step = &schema["$defs"]["step"]["properties"];
    let fields: Vec<String> = step.as_object().unwrap().keys().map(|name| format!("{name}: null")).collect();
    let empty = format!("steps:\n  - {{ {} }}\n", fields.join(", "));
    assert!(codes(&empty).iter().all(|(code, _)| code != "UNKNOWN_FIELD"), "the reader asks for all of them");
    let whole = "steps:\n  - { caption: x, sql: SELECT 1, error: X, seconds: 60, look: rows, table: t }\n";
    let read = parse(whole, "f").unwrap();
    assert_eq!((fields.len(), read.steps.len()), (6, 1), "and there are no others");
    let words: Vec<&str> = step["look"]["enum"].as_array().unwrap().iter().filter_map(|word| word.as_str()).collect();
    assert_eq!(words, LOOKS.map(|(word, _)| word));
}
