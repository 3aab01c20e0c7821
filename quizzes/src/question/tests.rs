//! The kinds that need an engine. The engine of these tests knows a few statements by heart.

use proptest::prelude::*;

use crate::answer::{Answer, Answers, Pick};
use crate::attempt::{DrawnBody, draw};
use crate::computed::needed;
use crate::execution::{Executed, Execution, LogFile, Observe, Results, SqlFailure, Stage, Table};
use crate::points::Points;
use crate::quiz::{Quiz, parse};
use crate::scoring::{Basis, Expected, Outcome, QuestionScore, score, score_on};

const QUIZ: &str = r#"
title: SQL
questions:
  - id: rows
    kind: predict
    points: 2
    prompt: What does the query show?
    setup: MAKE 3 ROWS
    query: SELECT ALL
    feedback: the table as it is
    distractors:
      - {query: SELECT FIRST, feedback: only one of them}
      - {setup: MAKE 2 ROWS, feedback: "one more was made"}
      - {query: BOOM, fails: true}
  - id: count
    kind: predict
    prompt: How many rows?
    setup: MAKE 3 ROWS
    query: COUNT
    feedback: count again
  - id: fix
    kind: fix_sql
    points: 4
    prompt: Mend it.
    setup: MAKE 3 ROWS
    hidden_setups: [MAKE 2 ROWS]
    broken: SELECT FIRST
    reference: SELECT ALL;
    feedback: all of them
  - id: log
    kind: read_log
    points: 3
    prompt: Which data files are live at the end?
    setup: MAKE A LOG
    table: prices
    facts: {commits: 2, added_files: 3, removed_files: 1, live_files: 2}
    ask:
      kind: multiple
      options:
        - {text: part-1.parquet}
        - {text: part-2.parquet, correct: true, feedback: "yes"}
        - {text: day=1/part-3.parquet, correct: true}
"#;

fn rows(count: usize) -> Executed {
    let row = |number: usize| vec![Some(format!("{number}.50")), (number != 2).then(|| format!("name {number}"))];
    Executed::Table(Table { columns: vec!["price".into(), "name".into()], rows: (1..=count).map(row).collect() })
}

fn value(text: &str) -> Executed {
    Executed::Table(Table { columns: vec!["n".into()], rows: vec![vec![Some(text.to_owned())]] })
}

fn failure(stage: Stage, class: &str) -> Executed {
    Executed::Failed(SqlFailure { stage, class: class.to_owned(), message: "it does not work".to_owned() })
}

fn log() -> Executed {
    let file = |version: usize, text: &str| LogFile { name: format!("{version:020}.json"), text: text.to_owned() };
    Executed::Log(vec![
        file(
            0,
            "{\"commitInfo\":{\"timestamp\":17,\"operation\":\"WRITE\"}}\n{\"add\":{\"path\":\"part-00000-aa.snappy.parquet\",\"size\":99,\"dataChange\":true}}\n{\"add\":{\"path\":\"part-00001-bb.snappy.parquet\"}}\n",
        ),
        file(
            1,
            "{\"remove\":{\"path\":\"part-00000-aa.snappy.parquet\"}}\n{\"add\":{\"path\":\"day=1/part-00000-cc.parquet\"}}",
        ),
    ])
}

fn engine(execution: &Execution) -> Executed {
    let made = execution.setup.strip_prefix("MAKE ").and_then(|rest| rest.split(' ').next());
    match (made, execution.statement.as_str(), &execution.observe) {
        (Some("A"), _, Observe::Log { .. }) => log(),
        (None, ..) if !execution.setup.is_empty() => failure(Stage::Setup, "PARSE_SYNTAX_ERROR"),
        (Some(count), "SELECT ALL" | "SELECT *", _) => rows(count.parse().unwrap()),
        (_, "SELECT THREE", _) => rows(3),
        (_, "SELECT FIRST", _) => rows(1),
        (Some(count), "COUNT", _) => value(&format!("{count}.00")),
        _ => failure(Stage::Statement, "UNRESOLVED"),
    }
}

fn computed(text: &str) -> Quiz {
    let quiz = parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    let results = Results::of(quiz.executions(), engine);
    quiz.with_results(results).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn flaws(text: &str) -> Vec<(&'static str, u32)> {
    let quiz = parse(text).unwrap();
    let results = Results::of(quiz.executions(), engine);
    let mistakes = quiz.with_results(results).expect_err("should be refused");
    mistakes.into_iter().map(|mistake| (mistake.code, mistake.line)).collect()
}

fn graded(id: &str, answer: Answer) -> QuestionScore {
    let quiz = computed(QUIZ);
    let answers = Answers::from([(id.to_owned(), answer)]);
    let results = Results::of(needed(&quiz, &answers, 7, &Results::default()), engine);
    let basis = Basis { results: Some(&results), ..Basis::default() };
    score_on(&quiz, &answers, 7, &basis).questions.into_iter().find(|question| question.id == id).unwrap()
}

fn text(text: &str) -> Answer {
    Answer::Text(text.to_owned())
}

fn pick(text: &str) -> Answer {
    Answer::Choice(vec![Pick::Text(text.to_owned())])
}

#[test]
fn a_predicted_table_is_picked_among_tables_that_the_engine_made() {
    let right = graded("rows", pick("price, name; 1.50, name 1; 2.50, NULL; 3.50, name 3"));
    assert_eq!((right.points, right.outcome), (Points(200), Outcome::Right));
    let wrong = graded("rows", pick("price, name; 1.50, name 1"));
    assert_eq!((wrong.points, wrong.outcome), (Points::ZERO, Outcome::Wrong));
    let chosen = wrong.options.iter().find(|option| option.chosen).unwrap();
    assert_eq!((chosen.option, chosen.feedback.as_deref()), (1, Some("only one of them")));
    assert_eq!(graded("rows", pick("UNRESOLVED")).outcome, Outcome::Wrong);
}

#[test]
fn a_predicted_value_is_typed_in_any_usual_way() {
    for right in ["3", "3.00", " 3,0 "] {
        assert_eq!(graded("count", text(right)).outcome, Outcome::Right, "{right}");
    }
    let wrong = graded("count", text("2"));
    assert_eq!((wrong.outcome, wrong.feedback.as_deref()), (Outcome::Wrong, Some("count again")));
    assert_eq!(wrong.expected, Expected::Text("3.00".to_owned()));
    assert_eq!(graded("count", text(" ")).outcome, Outcome::Unanswered);
}

#[test]
fn a_fix_is_right_when_it_gives_the_rows_of_the_reference_on_every_setup() {
    for right in ["SELECT ALL", " SELECT * ; "] {
        assert_eq!(graded("fix", text(right)).points, Points(400), "{right}");
    }
    let constant = graded("fix", text("SELECT THREE"));
    assert_eq!((constant.outcome, constant.feedback.as_deref()), (Outcome::Wrong, Some("all of them")));
    let failed = graded("fix", text("SELEC *"));
    assert_eq!(failed.outcome, Outcome::Wrong);
    assert_eq!(failed.feedback.as_deref(), Some("UNRESOLVED: it does not work\n\nall of them"));
    assert_eq!(graded("fix", text(";")).outcome, Outcome::Wrong);
    assert_eq!(graded("fix", text(&"x".repeat(5_000))).outcome, Outcome::Wrong);
}

#[test]
fn what_was_not_run_is_pending_and_not_wrong() {
    let quiz = computed(QUIZ);
    let answers = Answers::from([("fix".to_owned(), text("SELECT *"))]);
    let unrun = score(&quiz, &answers, 1);
    assert!(!unrun.is_final());
    assert_eq!(unrun.questions[2].outcome, Outcome::Pending);
    let executions = needed(&quiz, &answers, 1, &Results::default());
    assert_eq!(executions.iter().map(|run| run.setup.as_str()).collect::<Vec<_>>(), ["MAKE 3 ROWS", "MAKE 2 ROWS"]);
    let stopped = Results::of(executions.clone(), |_| Executed::Unavailable("no worker".to_owned()));
    let basis = Basis { results: Some(&stopped), ..Basis::default() };
    assert_eq!(score_on(&quiz, &answers, 1, &basis).questions[2].outcome, Outcome::Pending);
    assert_eq!(needed(&quiz, &answers, 1, &stopped), executions);
    let run = Results::of(executions, engine);
    assert_eq!(needed(&quiz, &answers, 1, &run), []);
}

#[test]
fn what_failed_on_one_setup_is_wrong_even_when_another_was_not_run() {
    let quiz = computed(QUIZ);
    let answers = Answers::from([("fix".to_owned(), text("SELECT FIRST;"))]);
    let executions = needed(&quiz, &answers, 1, &Results::default());
    assert_eq!(executions, []);
    let answers = Answers::from([("fix".to_owned(), text("SELECT NONE"))]);
    let first = needed(&quiz, &answers, 1, &Results::default()).remove(0);
    let results = Results::of([first], engine);
    let basis = Basis { results: Some(&results), ..Basis::default() };
    assert_eq!(score_on(&quiz, &answers, 1, &basis).questions[2].outcome, Outcome::Wrong);
}

#[test]
fn options_with_the_same_rows_are_shown_once() {
    let quiz = parse(&QUIZ.replace("query: SELECT FIRST, ", "query: SELECT *, ")).unwrap();
    let results = Results::of(quiz.executions(), engine);
    let drawn = draw(&Quiz { results, ..quiz }, 1);
    assert_eq!(drawn[0].body.elements().len(), 3);
}

#[test]
fn a_quiz_without_results_scores_nothing_as_wrong() {
    let quiz = parse(QUIZ).unwrap();
    let answers = ["rows", "count", "fix", "log"].map(|id| (id.to_owned(), text("3")));
    let outcomes = score(&quiz, &answers.into(), 1).questions;
    assert!(outcomes.iter().all(|question| question.outcome == Outcome::Pending), "{outcomes:?}");
}

#[test]
fn an_excerpt_numbers_files_and_leaves_out_what_differs_from_run_to_run() {
    let drawn = draw(&computed(QUIZ), 3);
    let DrawnBody::ReadLog { log, .. } = &drawn[3].body else { panic!("{drawn:?}") };
    let texts: Vec<&str> = log.iter().map(|file| file.text.as_str()).collect();
    insta::assert_snapshot!(texts.join("\n--\n"), @r#"
    {"commitInfo":{"operation":"WRITE"}}
    {"add":{"path":"part-1.parquet","dataChange":true}}
    {"add":{"path":"part-2.parquet"}}
    --
    {"remove":{"path":"part-1.parquet"}}
    {"add":{"path":"day=1/part-3.parquet"}}
    "#);
    assert_eq!(log[1].name, "00000000000000000001.json");
}

#[test]
fn nothing_drawn_tells_what_is_hidden() {
    let shown = serde_json::to_string(&draw(&computed(QUIZ), 5)).unwrap();
    for hidden in ["MAKE 2 ROWS", "MAKE A LOG", "SELECT ALL;", "correct", "SELECT FIRST\"},", "all of them", "3.00"] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}

#[test]
fn a_quiz_says_what_was_not_run_yet() {
    assert_eq!(parse(QUIZ).unwrap().missing().len(), 7);
    assert_eq!(computed(QUIZ).missing(), []);
}

#[test]
fn a_log_is_asked_about_like_any_question() {
    let both = Answer::Choice(vec![Pick::Text("part-2.parquet".into()), Pick::Text("day=1/part-3.parquet".into())]);
    assert_eq!(graded("log", both).points, Points(300));
    assert_eq!(graded("log", pick("part-2.parquet")).points, Points(150));
    assert_eq!(graded("log", pick("part-1.parquet")).outcome, Outcome::Wrong);
}

#[test]
fn what_the_engine_shows_to_be_wrong_is_told_with_the_line_of_the_question() {
    let with = |from: &str, to: &str| flaws(&QUIZ.replace(from, to));
    assert_eq!(with("query: SELECT FIRST, ", "query: SELECT *, "), [("SAME_OUTPUT", 4)]);
    assert_eq!(with("query: SELECT ALL", "query: SELCT"), [("QUERY_FAILS", 4); 2]);
    assert_eq!(with("query: BOOM", "query: COUNT"), [("QUERY_SUCCEEDS", 4)]);
    assert_eq!(with("query: COUNT", "query: SELECT ALL"), [("NOT_ONE_VALUE", 15)]);
    assert_eq!(with("broken: SELECT FIRST", "broken: SELECT *"), [("NOT_BROKEN", 21)]);
    assert_eq!(with("reference: SELECT ALL;", "reference: SELCT"), [("REFERENCE_FAILS", 21); 2]);
    assert_eq!(with("hidden_setups: [MAKE 2 ROWS]", "hidden_setups: [MKAE]"), [("SETUP_FAILS", 21)]);
    assert_eq!(with("setup: MAKE A LOG", "setup: MKAE"), [("SETUP_FAILS", 30)]);
    let showing = |show: &str| with("table: prices", &format!("table: prices\n    show: [{show}]"));
    assert_eq!(showing("txn, cdc.path"), [("EMPTY_EXCERPT", 30)]);
    assert_eq!(showing("addd, add.pth, remoe.path, cdc.any"), [("UNKNOWN_FIELD", 30); 3]);
    assert_eq!(with("live_files: 2", "live_files: 3"), [("LOG_DIFFERS", 30)]);
    let unrun = parse(QUIZ).unwrap().with_results(Results::default()).unwrap_err();
    assert_eq!(unrun.iter().filter(|mistake| mistake.code == "NOT_EXECUTED").count(), 4 + 1 + 2 + 1);
}

#[test]
fn mistakes_of_the_sql_kinds_are_told_with_their_lines() {
    let text = "title: x
questions:
  - {id: a, kind: predict, prompt: p, quary: x}
  - {id: b, kind: predict, prompt: p, query: x, distractors: [{feedback: f}]}
  - {id: c, kind: fix_sql, prompt: p, broken: x}
  - {id: d, kind: read_log, prompt: p, setup: s, table: t}
  - {id: e, kind: read_log, prompt: p, setup: s, table: t, ask: {kind: fix_sql}}
  - {id: g, kind: read_log, prompt: p, setup: s, table: t, first_version: 1, facts: {live_file: 1, live_files: 1}, ask: {kind: numeric, answer: 1}}
  - {id: f, kind: read_log, prompt: p, setup: s, table: t, first_version: 3, last_version: 2, ask: {kind: numeric, answer: 1, tolerence: 2}}
";
    let found: Vec<_> = parse(text)
        .unwrap_err()
        .into_iter()
        .map(|mistake| (mistake.code, mistake.path, mistake.line, mistake.hint.unwrap_or_default()))
        .collect();
    let found: Vec<_> =
        found.iter().map(|(code, path, line, hint)| (*code, path.as_str(), *line, hint.as_str())).collect();
    assert_eq!(
        found,
        [
            ("UNKNOWN_FIELD", "questions[0].quary", 3, "Did you mean `query`?"),
            ("MISSING_FIELD", "questions[1].distractors[0].query", 4, ""),
            ("MISSING_FIELD", "questions[2].reference", 5, ""),
            ("MISSING_FIELD", "questions[3].ask", 6, "Give it a `kind` and the fields of that kind."),
            (
                "BAD_VALUE",
                "questions[4].ask.kind",
                7,
                "Write one of single, multiple, numeric, short_text, ordering, matching."
            ),
            ("UNKNOWN_FIELD", "questions[5].facts.live_file", 8, "Did you mean `live_files`?"),
            ("BAD_VALUE", "questions[5].facts.live_files", 8, ""),
            ("BAD_VALUE", "questions[6].last_version", 9, ""),
            ("UNKNOWN_FIELD", "questions[6].ask.tolerence", 9, "Did you mean `tolerance`?"),
        ]
    );
}

fn answers() -> impl Strategy<Value = Answers> {
    let statement = prop::sample::select(vec!["SELECT ALL", "SELECT *", "SELECT THREE", "SELCT", ";", "", "COUNT"]);
    let tables = prop::sample::select(vec![
        "price, name; 1.50, name 1; 2.50, NULL; 3.50, name 3",
        "price, name; 1.50, name 1",
        "price, name; 1.50, name 1; 2.50, NULL",
        "UNRESOLVED",
        "nothing",
    ]);
    let files = prop::sample::subsequence(vec!["part-1.parquet", "part-2.parquet", "day=1/part-3.parquet"], 0..=3);
    (statement, prop::collection::vec(tables, 0..3), files, "[0-9.]{0,4}").prop_map(
        |(statement, tables, files, count)| {
            let picks =
                |texts: Vec<&str>| Answer::Choice(texts.into_iter().map(|text| Pick::Text(text.into())).collect());
            Answers::from([
                ("fix".to_owned(), text(statement)),
                ("rows".to_owned(), picks(tables)),
                ("log".to_owned(), picks(files)),
                ("count".to_owned(), text(&count)),
            ])
        },
    )
}

proptest! {
    #[test]
    fn scores_of_the_sql_kinds_stay_in_bounds_and_do_not_depend_on_the_seed(
        answers in answers(),
        one in any::<u64>(),
        other in any::<u64>(),
    ) {
        let quiz = computed(&QUIZ.replace("title: SQL", "title: SQL\nshuffle: true"));
        let results = Results::of(needed(&quiz, &answers, one, &Results::default()), engine);
        let basis = Basis { results: Some(&results), ..Basis::default() };
        let score = score_on(&quiz, &answers, one, &basis);
        prop_assert!(score.is_final());
        prop_assert!(score.questions.iter().all(|question| question.points <= question.max_points));
        prop_assert_eq!(score.points, score_on(&quiz, &answers, other, &basis).points);
        prop_assert_eq!(draw(&quiz, one), draw(&computed(&QUIZ.replace("title: SQL", "title: SQL\nshuffle: true")), one));
    }

    #[test]
    fn the_expected_answer_of_the_sql_kinds_gets_all_points(seed in any::<u64>()) {
        let quiz = computed(QUIZ);
        let blank = score(&quiz, &Answers::new(), seed);
        let answers: Answers = blank.questions.iter().map(|question| {
            let answer = match &question.expected {
                Expected::Text(expected) => text(expected),
                Expected::Options(places) => Answer::Choice(places.iter().copied().map(Pick::Place).collect()),
                other => panic!("{other:?}"),
            };
            (question.id.clone(), answer)
        }).collect();
        let results = Results::of(needed(&quiz, &answers, seed, &Results::default()), engine);
        let full = score_on(&quiz, &answers, seed, &Basis { results: Some(&results), ..Basis::default() });
        prop_assert_eq!((full.points, full.max_points), (Points(1_000), Points(1_000)));
    }
}

#[test]
fn the_right_table_stands_at_every_place_in_turn() {
    let quiz = computed(QUIZ);
    let place = |seed| match &score(&quiz, &Answers::new(), seed).questions[0].expected {
        Expected::Options(places) => places.clone(),
        other => panic!("{other:?}"),
    };
    let places: std::collections::BTreeSet<Vec<usize>> = (0..60).map(place).collect();
    assert_eq!(places.len(), 4);
}
