//! `sandbar quiz score`, `import`, `export`, and the schema of a quiz.

use serde_json::{Value, json};

use crate::program::{Ran, folder_of, parsed, sandbar, shown};
use crate::serving::quizzes;

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

#[test]
fn sql_in_answers_is_run_by_an_engine_of_the_commands_own() {
    let answers = |sql: &str| {
        let answers = json!({"gives": {"choice": ["total; 4"]}, "mend": {"text": sql}, "read": {"text": "7"}});
        json!({"seed": 3, "answers": answers}).to_string()
    };
    let ran = score(quizzes::QUIZ, &answers("DELETE FROM menu WHERE price <= 9"), &[]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.out.ends_with("total: 3 of 3\n"), "{}", ran.out);
    let ran = score(quizzes::QUIZ, &answers("DELETE FROM menu WHERE price = 4"), &["--format", "json"]);
    let questions = parsed(&ran.out)["questions"].clone();
    let mend = questions.as_array().expect("a list").iter().find(|question| question["id"] == "mend");
    assert_eq!(mend.expect("the question")["outcome"], "wrong", "right on the data that are shown only");
    let ran = score(quizzes::QUIZ, &answers("DELETE FROM menu; SELECT 1"), &["--format", "json"]);
    assert!(ran.out.contains("Write one statement"), "{}", ran.out);
    let broken =
        quizzes::QUIZ.replace("broken: DELETE FROM menu WHERE price > 9", "broken: DELETE FROM menu WHERE price < 10");
    let ran = score(&broken, &answers("SELECT 1"), &[]);
    assert_eq!(ran.status, 2, "{ran:?}");
    assert!(ran.err.contains("quiz.yml:17:") && ran.err.contains("does what the reference does"), "{}", ran.err);
}

const GIFT: &str = "$CATEGORY: Log

::Commit:: When is a write visible? { =At the commit#Yes. ~Before#No. ~Never }

::Essay:: Tell a story. {}

::Count:: How many? {#4:1}
";

#[test]
fn gift_becomes_a_quiz_that_is_read_again_and_what_is_left_out_is_told() {
    let folder = folder_of(&[("bank.gift", GIFT)]);
    let (file, quiz) = (folder.path().join("bank.gift"), folder.path().join("quiz.yml"));
    let ran = sandbar(&["quiz", "import", &shown(&file), "--title", "Bank", "--output", &shown(&quiz)]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{ran:?}");
    assert!(ran.err.contains("bank.gift:5: left out:") && ran.err.contains("2 imported, 1 left out"), "{}", ran.err);
    let text = std::fs::read_to_string(&quiz).expect("it is written");
    assert!(text.contains("title: Bank") && text.contains("tolerance: 1"), "{text}");
    let ran = score(&text, r#"{"answers": {"count": {"text": "5"}, "commit": {"choice": ["At the commit"]}}}"#, &[]);
    assert!(ran.out.ends_with("total: 2 of 2\n"), "{ran:?}");
    let printed = sandbar(&["quiz", "import", &shown(&file), "--title", "Bank"]);
    assert_eq!(printed.out, text, "to standard output without a file");

    let broken = folder_of(&[("bank.gift", "One { =a ~b\n\nTwo { =a ~b }\n\nThree =a }\n")]);
    let ran = sandbar(&["quiz", "import", &shown(&broken.path().join("bank.gift"))]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
    assert!(ran.err.contains("bank.gift:1:") && ran.err.contains("bank.gift:5:"), "{}", ran.err);
}

#[test]
fn a_file_that_is_no_gift_is_refused_with_what_to_do() {
    let folder = folder_of(&[("bank.xml", "<quiz></quiz>\n")]);
    let latin = folder.path().join("latin.gift");
    std::fs::write(&latin, b"Caf\xe9 {=a ~b}").expect("it is written");
    for (file, remedy) in [(folder.path().join("bank.xml"), "GIFT"), (latin, "UTF-8")] {
        let ran = sandbar(&["quiz", "import", &shown(&file)]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.split_once("try:").is_some_and(|(_, told)| told.contains(remedy)), "{}", ran.err);
    }
}

#[test]
fn a_quiz_becomes_qti_alone_or_as_a_cartridge_and_what_it_cannot_say_is_told() {
    let folder = folder_of(&[("quiz.yml", quizzes::QUIZ)]);
    let quiz = shown(&folder.path().join("quiz.yml"));
    let ran = sandbar(&["quiz", "export", &quiz]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(ran.out.contains("<questestinterop") && ran.out.contains("ident=\"gives\""), "{}", ran.out);
    assert!(!ran.out.contains("price &lt; 10"), "the reference of what is left out");
    assert!(
        ran.err.contains("quiz.yml:17: left out: `mend`:") && ran.err.contains("2 exported, 1 left out"),
        "{}",
        ran.err
    );
    let file = folder.path().join("quiz.imscc");
    let ran = sandbar(&["quiz", "export", &quiz, "--output", &shown(&file)]);
    assert_eq!((ran.status, ran.out.as_str()), (0, ""), "{ran:?}");
    let mut cartridge = zip::ZipArchive::new(std::fs::File::open(&file).expect("it is written")).expect("a zip");
    let names: Vec<String> = cartridge.file_names().map(str::to_owned).collect();
    assert_eq!(names, ["assessment.xml", "imsmanifest.xml"]);
    let mut manifest = String::new();
    let mut entry = cartridge.by_name("imsmanifest.xml").expect("the manifest");
    std::io::Read::read_to_string(&mut entry, &mut manifest).expect("text");
    assert!(manifest.contains("href=\"assessment.xml\"") && manifest.contains("Small quiz"), "{manifest}");
}

#[test]
fn the_schema_of_a_quiz_has_its_kinds() {
    let ran = sandbar(&["schema", "quiz"]);
    assert_eq!(ran.status, 0, "{ran:?}");
    assert!(parsed(&ran.out)["$schema"].is_string() && ran.out.contains("\"fix_sql\""), "{}", ran.out);
}
