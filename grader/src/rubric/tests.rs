use sandbar_labs::diagnostic::Finding;

use super::*;

const SMALL: &str = "\
slug: small
title: Small
summary: A small lab.
submission: {titled_tasks: true}
relations:
  after: {table: t, at: after}
replays:
  - name: main
tasks:
  - number: 1
    title: Create
    text: Create `t`.
    points: 3.5
    checks:
      - {id: exists, kind: table_exists, points: 1.5, claim: There is t., next_step: Create it., table: t}
      - {id: rows, kind: row_count, points: 2, claim: Rows., next_step: Insert., needs: [exists], relation: after}
proof: {starter_score: 0, reference: solution.sql, wrong: []}
";

fn codes(text: &str) -> Vec<(String, u32)> {
    let findings = parse(text, "labs/small/lab.yml").unwrap_err();
    assert!(findings.iter().all(|finding| finding.file.as_deref() == Some("labs/small/lab.yml")));
    findings.into_iter().map(|finding| (finding.code, finding.line.unwrap_or(0))).collect()
}

#[test]
fn a_lab_reads_with_its_points() {
    let rubric = parse(SMALL, "lab.yml").unwrap();
    assert_eq!(rubric.max_score().to_string(), "3.5");
    assert_eq!(rubric.checks().count(), 2);
    assert_eq!(rubric.relations["after"].origin, Origin::Table { table: "t".into(), at: Moment::After });
}

#[test]
fn every_mistake_of_a_file_is_told_with_its_line() {
    let text = SMALL
        .replace("summary: A small lab.\n", "sumary: A small lab.\n")
        .replace("kind: table_exists", "kind: table_exist")
        .replace("at: after", "at: later");
    let found = codes(&text);
    for expected in [("UNKNOWN_FIELD", 3), ("UNKNOWN_NAME", 15), ("WRONG_VALUE", 6)] {
        assert!(found.contains(&(expected.0.to_owned(), expected.1)), "{expected:?} in {found:?}");
    }
}

/// A slip is told once, where it is; what is right about it is not told as wrong.
#[test]
fn one_slip_is_one_finding_with_its_place_and_the_nearest_name() {
    const POINTS: &str = "`points` must be a number from 0 on, with at most two decimals.";
    let carry = |fields: &str| {
        let task = format!("    carry_forward: {{{fields}, sql: SELECT 1}}\n    checks:\n");
        parse_one(&SMALL.replace("    checks:\n", &task))
    };
    let slip = |from: &str, to: &str| parse_one(&SMALL.replace(from, to));
    for (found, at, told) in [
        (slip("at: after", "at: aftr"), "aftr", "`at` cannot be `aftr`. Did you mean `after`?"),
        (slip("at: after", "at: end of task 9"), "end of", "There is no task 9. Known: end of task 1."),
        (slip("points: 1.5", "points: eight"), "eight", POINTS),
        (slip("points: 2,", "points: -1,"), "-1,", POINTS),
        (slip("points: 3.5", "points: many"), "many", POINTS),
        (
            slip("reference:", "referense:"),
            "referense",
            "There is no field `referense` here. Did you mean `reference`?",
        ),
        (
            slip("table_exists", "table_exist"),
            "table_exist",
            "`kind` cannot be `table_exist`. Did you mean `table_exists`?",
        ),
        (
            slip("replays:\n", "datasets: {sold: x}\ntables: {t: solt}\nreplays:\n"),
            "solt",
            "There is no data set `solt`. Did you mean `sold`?",
        ),
        (carry("needs: [aftr]"), "aftr", "`aftr` is no relation of this lab. Did you mean `after`?"),
        (carry("keeps: [tt]"), "tt]", "`tt` is no table that a relation of this lab reads. Did you mean `t`?"),
        (carry("written: before"), "before", "`before` is no relation of this lab. Known: after."),
        (
            carry("written: after"),
            "after",
            "`after` has no schema, so rows that a student wrote cannot be told. Give it one.",
        ),
        (carry("holds_if_stopped: [exist]"), "exist]", "`exist` is no check of this task. Did you mean `exists`?"),
        (
            slip("relation: after", "relation: aftre"),
            "{id: rows",
            "Check `rows`: there is no relation `aftre`. Did you mean `after`?",
        ),
    ] {
        let (text, finding) = found;
        let (line, column) = (finding.line.unwrap() as usize, finding.column.unwrap() as usize);
        let hint = finding.hint.map(|hint| format!(" {hint}")).unwrap_or_default();
        assert_eq!(format!("{}{hint}", finding.message), told);
        let there = &text.lines().nth(line - 1).unwrap()[column - 1..];
        assert!(there.starts_with(at), "{told}: at {there}");
    }
}

/// The only finding about a text, with the text.
fn parse_one(text: &str) -> (String, Finding) {
    let mut findings = parse(text, "lab.yml").unwrap_err();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    (text.to_owned(), findings.remove(0))
}

#[test]
fn two_mistakes_of_a_check_have_keys_of_their_own() {
    let mistake = "{key: twice, say: Twice., sql: SELECT a FROM after}";
    let kind = format!("kind: rows_equal, reference: SELECT a FROM after, mistakes: [{mistake}, {mistake}]");
    let found = parse(&SMALL.replace("kind: row_count", &kind), "lab.yml").unwrap_err();
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].message, "Two mistakes of this check have the key `twice`.");
}

#[test]
fn an_unknown_kind_names_the_nearest_one() {
    let findings = parse(&SMALL.replace("kind: row_count", "kind: row_cuont"), "lab.yml").unwrap_err();
    let hint = findings.iter().find(|finding| finding.code == "UNKNOWN_NAME").and_then(|finding| finding.hint.clone());
    assert_eq!(hint.as_deref(), Some("Did you mean `row_count`?"));
}

#[test]
fn checks_that_do_not_add_up_to_the_task_are_refused() {
    let findings = parse(&SMALL.replace("points: 2,", "points: 3,"), "lab.yml").unwrap_err();
    assert_eq!(findings[0].message, "Task 1 has 3.5 points, but its checks add up to 4.5.");
    assert_eq!(findings[0].line, Some(13));
}

#[test]
fn names_that_nothing_defines_are_refused() {
    let unknown_relation = SMALL.replace("relation: after}", "relation: befor}");
    assert_eq!(codes(&unknown_relation), [("WRONG_VALUE".to_owned(), 16)]);
    let unknown_check = SMALL.replace("needs: [exists]", "needs: [exist]");
    assert_eq!(codes(&unknown_check), [("WRONG_VALUE".to_owned(), 16)]);
    let same_id = SMALL.replace("id: rows", "id: exists").replace("needs: [exists], ", "");
    assert_eq!(codes(&same_id), [("WRONG_VALUE".to_owned(), 16)]);
}

#[test]
fn a_lab_without_proof_says_what_it_is_a_part_of() {
    let (without, _) = SMALL.split_once("proof:").unwrap();
    assert_eq!(codes(without), [("MISSING_FIELD".to_owned(), 1)]);
    let part = parse(&format!("{without}public_part_of: 12.5\n"), "lab.yml").unwrap();
    assert_eq!(part.public_part_of, crate::Points::parse("12.5"));
    assert_eq!(codes(&format!("{SMALL}public_part_of: 12.5\n")), [("UNKNOWN_FIELD".to_owned(), 17)]);
}

#[test]
fn a_text_that_is_no_yaml_has_a_line() {
    assert_eq!(codes("slug: [\n")[0].0, "BAD_SYNTAX");
}

/// The small lab with that text as the hints of its task.
fn with_hints(hints: &str) -> String {
    let hints: String = hints.lines().map(|line| format!("      {line}\n")).collect();
    SMALL.replace("    checks:\n", &format!("    hints:\n{hints}    checks:\n"))
}

#[test]
fn hints_read_in_their_order_with_growing_prices() {
    let rubric =
        parse(&with_hints("concept: What a table is.\nclause: CREATE.\ndifference: |\n  `USING DELTA`"), "lab.yml");
    let hints = rubric.unwrap().tasks.remove(0).hints;
    let levels: Vec<HintLevel> = hints.iter().map(|hint| hint.level).collect();
    assert_eq!(levels, [HintLevel::Concept, HintLevel::Clause, HintLevel::Difference]);
    assert_eq!(hints[2].text.trim(), "`USING DELTA`");
    assert_eq!(HintLevel::ALL.map(HintLevel::price_percent), [0, 5, 10, 20]);
    assert_eq!(HintLevel::ALL.map(|level| HintLevel::of_word(level.word())), HintLevel::ALL.map(Some));
    assert!(parse(SMALL, "lab.yml").unwrap().tasks[0].hints.is_empty());
}

#[test]
fn a_relation_of_an_empty_name_is_told_with_its_line() {
    for source in ["{table: '', at: after}", "{view: ' '}", "{dataset: ''}"] {
        let text = SMALL.replace("{table: t, at: after}", source);
        assert_eq!(codes(&text), [("WRONG_VALUE".to_owned(), 6)], "{source}");
    }
}

#[test]
fn hints_that_are_unknown_empty_or_out_of_order_are_told_with_their_line() {
    for (hints, code, line) in [
        ("concpt: A.", "UNKNOWN_FIELD", 15),
        ("concept: A.\nclause:", "WRONG_VALUE", 16),
        ("concept: A.\nclause: '  '", "WRONG_VALUE", 16),
        ("concept: 7", "WRONG_TYPE", 15),
        ("clause: A.\nconcept: B.", "WRONG_VALUE", 15),
        ("concept: A.\nconcept: B.", "DUPLICATE_FIELD", 16),
    ] {
        let found = codes(&with_hints(hints));
        assert!(found.contains(&(code.to_owned(), line)), "{hints}: {found:?}");
    }
    let hint = parse(&with_hints("concpt: A."), "lab.yml").unwrap_err().remove(0).hint;
    assert_eq!(hint.as_deref(), Some("Did you mean `concept`?"));
    assert_eq!(codes(&SMALL.replace("    checks:\n", "    hints: {}\n    checks:\n")).len(), 1);
}

#[test]
fn a_public_check_that_needs_a_hidden_one_is_refused() {
    let hidden = SMALL.replace("points: 1.5,", "points: 1.5, visibility: hidden,");
    assert_eq!(codes(&hidden), [("WRONG_VALUE".to_owned(), 16)]);
    let both = hidden.replace("points: 2,", "points: 2, visibility: hidden,");
    assert!(parse(&both, "lab.yml").is_ok());
}

#[test]
fn a_repair_names_checks_of_its_own_task_and_columns_earn_less_than_the_check() {
    let repair = |holds: &str| {
        let carry = format!("    carry_forward: {{holds: [{holds}], sql: SELECT 1}}\n    checks:\n");
        SMALL.replace("    checks:\n", &carry)
    };
    assert!(parse(&repair("rows"), "lab.yml").is_ok());
    assert_eq!(codes(&repair("row")).len(), 1);
    let kind = "kind: rows_equal, relation: after, reference: SELECT a FROM after";
    let earning = |points: &str| {
        SMALL.replace("kind: row_count", &format!("{kind}, columns_earn: {points}")).replace(", relation: after}", "}")
    };
    assert!(parse(&earning("1.5"), "lab.yml").is_ok());
    assert_eq!(codes(&earning("2")), [("WRONG_VALUE".to_owned(), 16)]);
}

#[test]
fn an_unmarked_refusal_earns_less_than_the_check() {
    let kind = "kind: statement_rejected, table: t, classes: [ARITY]";
    let earning = |points: &str| {
        SMALL
            .replace("kind: row_count", &format!("{kind}, unmarked_earns: {points}"))
            .replace(", relation: after}", "}")
    };
    assert!(parse(&earning("1.5"), "lab.yml").is_ok());
    let findings = parse(&earning("2"), "lab.yml").unwrap_err();
    assert_eq!(findings[0].message, "`unmarked_earns` is 2, no less than the whole check.");
}
