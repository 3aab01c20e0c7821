//! `sandbar quiz score`.

use serde_json::{Value, json};

use crate::program::{Ran, sandbar};

const QUIZ: &str = "title: Two questions
shuffle: true
questions:
  - id: commit
    kind: single
    points: 2
    prompt: When is a write visible?
    options: [{text: at the commit, correct: true}, {text: before}, {text: never}]
  - id: steps
    kind: ordering
    points: 1.5
    prompt: Order them.
    items: [read, join, write, commit]
    feedback: think of the log
";

/// Scores answers in a folder of their own.
fn score(quiz: &str, answers: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path.display().to_string()
    };
    let (quiz, answers) = (write("quiz.yml", quiz), write("answers.json", answers));
    let arguments: Vec<&str> = ["quiz", "score", &quiz, &answers].into_iter().chain(more.iter().copied()).collect();
    sandbar(&arguments)
}

const ANSWERS: &str = r#"{"seed": 7, "answers": {"commit": {"choice": ["at the commit"]}, "steps": {"order": ["commit", "read", "join", "write"]}}}"#;

#[test]
fn answers_are_scored_whatever_the_seed() {
    for seed in ["1", "2", "3"] {
        let ran = score(QUIZ, ANSWERS, &["--seed", seed, "--format", "json"]);
        assert_eq!(ran.status, 0, "{ran:?}");
        let found: Value = serde_json::from_str(&ran.out).expect("JSON");
        assert_eq!((&found["points"], &found["max_points"]), (&json!(3.0), &json!(3.5)));
        let steps = found["questions"].as_array().expect("a list").iter().find(|question| question["id"] == "steps");
        let steps = steps.expect("the question");
        assert_eq!((&steps["points"], &steps["outcome"]), (&json!(1.0), &json!("partly")));
        assert_eq!(steps["feedback"], "think of the log");
    }
}

#[test]
fn the_text_names_each_question_and_the_total() {
    let ran = score(QUIZ, r#"{"answers": {"commit": {"choice": ["before"]}, "stepz": {"text": "x"}}}"#, &[]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("commit: 0 of 2 (wrong)\n"), "{}", ran.out);
    assert!(ran.out.contains("steps: 0 of 1.5 (unanswered)\n"), "{}", ran.out);
    assert!(ran.out.ends_with("total: 0 of 3.5\n"), "{}", ran.out);
    assert!(ran.err.contains("stepz"), "{}", ran.err);
}

#[test]
fn a_broken_quiz_is_told_with_every_line_and_broken_answers_with_theirs() {
    let broken =
        QUIZ.replace("kind: single", "kind: singel").replace("items: [read, join, write, commit]", "items: [read]");
    let ran = score(&broken, ANSWERS, &[]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("quiz.yml:5:") && ran.err.contains("quiz.yml:13:"), "{}", ran.err);
    assert!(ran.err.contains("Did you mean `single`?"), "{}", ran.err);
    let ran = score(QUIZ, "{\"answers\": {\n\"commit\": 3}}", &[]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("answers.json:2:"), "{}", ran.err);
}
