//! Courses with one slip each, and what is said of it.

use super::*;
use crate::course::Examined;

const HEAD: &str = "---\ntitle: One\nminutes: 1\nsummary: First.\n---\n";
const COURSE: &str = "slug: c\ntitle: C\nsummary: A course.\ntopics:\n  - lesson: one\n";

fn files(pairs: &[(&str, &str)]) -> Files {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

fn examine(pairs: &[(&str, &str)]) -> Examined {
    Course::examine(&files(pairs))
}

/// `CODE file:line` of everything that is said of files of a course with one lesson.
fn said(body: &str, more: &[(&str, &str)]) -> Vec<String> {
    let lesson = format!("{HEAD}{body}");
    let base = [("course.yml", COURSE), ("lessons/one.md", lesson.as_str())];
    let place = |finding: &Finding| {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        format!("{} {}{line}", finding.code, finding.file.as_deref().unwrap_or_default())
    };
    examine(&[base.as_slice(), more].concat()).findings.iter().map(place).collect()
}

fn check(body: &str, expected: &[&str]) {
    assert_eq!(said(body, &[]), expected, "{body}");
}

#[test]
fn the_course_of_this_repository_gives_nothing_to_mend() {
    assert_eq!(lint(&Files::builtin(), Course::try_builtin().unwrap()), []);
}

#[test]
fn a_heading_of_the_first_level_and_one_that_jumps_are_told_with_their_lines() {
    check("## A\n\n### B\n\n## C\n\n### D\n\n#### E\n", &[]);
    check("# A\n", &["HEADING_LEVEL lessons/one.md:6"]);
    check("### A\n", &["HEADING_LEVEL lessons/one.md:6"]);
    check(
        "## A\n\n#### B\n\n##### C\n\n## D\n\n# E\n",
        &["HEADING_LEVEL lessons/one.md:8", "HEADING_LEVEL lessons/one.md:14"],
    );
    check("```\n# a comment\n```\n", &[]);
}

#[test]
fn a_field_without_a_value_is_told_once_in_whatever_file_it_stands() {
    let terms = |more: &str| format!("terms:\n  - term: commit\n    text: An entry.\n{more}");
    let told = |text: &str| said("Text.\n", &[("glossary.yml", text)]);
    assert_eq!(told(&terms("    see:\n")), ["EMPTY_FIELD glossary.yml:4"]);
    assert_eq!(told(&terms("    also: [c]\n")), Vec::<String>::new());
    assert_eq!(told("terms:\n  - term: commit\n    text:\n").len(), 1, "it is missing already");
    let head = HEAD.replace("First.", "First.\nobjectives:");
    let lesson = [("course.yml", COURSE), ("lessons/one.md", head.as_str())];
    let places: Vec<_> = examine(&lesson).findings.into_iter().map(|it| (it.code, it.line, it.path)).collect();
    assert_eq!(places, [("EMPTY_FIELD".to_owned(), Some(5), "objectives".to_owned())]);
}

#[test]
fn what_cannot_be_seen_has_a_text_and_a_picture_that_no_page_shows_is_told() {
    let drawn = |fence: &str, inside: &str| format!("```svg{fence}\n<svg>{inside}<rect/></svg>\n```\n");
    check(&drawn(" title=\"A box\"", "<title>A box</title>"), &[]);
    check(&drawn(" title=\"A box\"", "<title id=\"a\">A box</title>"), &[]);
    check(&drawn("", "<title>A box</title>"), &["NO_ALT lessons/one.md:6"]);
    check(&drawn(" title=\"\"", "<title>A box</title>"), &["NO_ALT lessons/one.md:6"]);
    check(&drawn(" title=\"A box\"", ""), &["NO_ALT lessons/one.md:6"]);
    check(&drawn(" title=\"A box\"", "<title></title>"), &["NO_ALT lessons/one.md:6"]);
    check(
        "![](/x.png)\n",
        &["BROKEN_LINK lessons/one.md:6", "BROKEN_LINK lessons/one.md:6", "NO_ALT lessons/one.md:6"],
    );
    check("\n![A box](https://a.example/x.png)\n", &["BROKEN_LINK lessons/one.md:7"]);
}

#[test]
fn a_link_to_an_anchor_of_the_page_or_of_the_glossary_must_lead_there() {
    let terms = [("glossary.yml", "terms:\n  - { term: add file, text: An action. }\n")];
    check("## A b\n\n[x](#a-b)\n", &[]);
    check("## A b\n\n[x](#a-bb)\n", &["BROKEN_LINK lessons/one.md:8"]);
    check("[x](two.md) [y](mailto:a@b.example) [z](https://a.example)\n", &["BROKEN_LINK lessons/one.md:6"]);
    assert_eq!(said("[x](/glossary#add-file)\n", &terms), [] as [&str; 0]);
    assert_eq!(said("[x](/glossary#add-flie)\n", &terms), ["BROKEN_LINK lessons/one.md:6"]);
    let lesson = format!("{HEAD}[x](one.md) [y](#frist)\n\n## First\n");
    let examined = examine(&[("course.yml", COURSE), ("lessons/one.md", &lesson)]);
    let hints: Vec<Option<&str>> = examined.findings.iter().map(|finding| finding.hint.as_deref()).collect();
    assert_eq!(hints, [Some("Write /lessons/one."), Some("Did you mean `first`?")]);
}

#[test]
fn texts_in_yaml_are_read_as_lessons_are() {
    let glossary = "terms:\n  - term: a\n    text: |\n      One.\n\n      [x](/lessons/two) [y](#z)\n  - { term: b, text: '# Big' }\n";
    assert_eq!(
        said("", &[("glossary.yml", glossary)]),
        ["BROKEN_LINK glossary.yml:6", "BROKEN_LINK glossary.yml:6", "HEADING_LEVEL glossary.yml:7"]
    );
}

#[test]
fn a_topic_stands_once_and_there_may_be_several_quizzes() {
    let quiz = "title: Q\nquestions: [{id: a, kind: numeric, prompt: p, answer: 1}]\n";
    let course = COURSE.replace("slug: c", "slug: My c") + "  - quiz: a\n  - lesson: one\n  - quiz: b\n";
    let lesson = format!("{HEAD}Words.\n");
    let base = [("course.yml", course.as_str()), ("lessons/one.md", &lesson)];
    let found = examine(&[base.as_slice(), &[("quizzes/a.yml", quiz), ("quizzes/b.yml", quiz)]].concat()).findings;
    let seen: Vec<(&str, Option<u32>)> = found.iter().map(|it| (it.code.as_str(), it.line)).collect();
    assert_eq!(seen, [("BAD_SLUG", Some(1)), ("TOPIC_TOO_MANY", Some(7))]);
}

#[test]
fn the_questions_of_lessons_are_looked_at_as_one_bank() {
    let fence = |prompt: &str, right: &str, why: [&str; 2]| {
        let [first, second] = why.map(|why| if why.is_empty() { String::new() } else { format!(", feedback: {why}") });
        let options = format!("  - {{ text: {right}, correct: true{first} }}\n  - {{ text: b{second} }}\n");
        format!("```question\nkind: single\nprompt: {prompt}\noptions:\n{options}```\n")
    };
    check(&fence("Which?", "a", ["Yes.", "No."]), &[]);
    check(&fence("Which?", "a", ["", ""]), &["NO_FEEDBACK lessons/one.md:6"]);
    check(
        &"```question\nkind: numeric\nprompt: How many?\nanswer: 3\n```\n".repeat(2),
        &["DUPLICATE_PROMPT lessons/one.md:11"],
    );
    check(&fence("Which?", &"long ".repeat(12), ["Yes.", "No."]), &["RIGHT_STANDS_OUT lessons/one.md:6"]);
}

#[test]
fn minutes_fit_what_there_is_to_read_and_to_do() {
    let words = |count: usize| "word ".repeat(count) + "\n";
    check(&words(230), &[]);
    check(&words(530), &[]);
    check(&words(600), &["READING_TIME lessons/one.md:3"]);
    check(&(words(300) + &"```sql run\nSELECT 1\n```\n\n".repeat(3)), &["READING_TIME lessons/one.md:3"]);
    let long = format!("{}{}", HEAD.replace("minutes: 1", "minutes: 9"), words(230));
    let examined = examine(&[("course.yml", COURSE), ("lessons/one.md", &long)]);
    assert_eq!(examined.findings[0].message, "The head says 9 minutes, but reading and trying take less: about 1.");
}

const QUIZ: &str = "title: Q\ntopics: [{id: a}, {id: b}]\nquestions:\n";

/// Codes and lines of a quiz of these questions, each `id topic pool`.
fn of_quiz(questions: &[&str]) -> Vec<(String, Option<u32>)> {
    let question = |text: &&str| {
        let words: Vec<&str> = text.split(' ').collect();
        let pool = words.get(2).map(|pool| format!(", pool: {pool}")).unwrap_or_default();
        let (id, topic) = (words[0], words[1]);
        format!("  - {{id: {id}, topic: {topic}{pool}, kind: numeric, prompt: '{id}?', answer: 1}}\n")
    };
    let quiz = format!("{QUIZ}{}", questions.iter().map(question).collect::<String>());
    let course = COURSE.replace("lesson: one", "quiz: q");
    let examined = examine(&[("course.yml", &course), ("quizzes/q.yml", &quiz)]);
    examined.findings.into_iter().map(|finding| (finding.code, finding.line)).collect()
}

#[test]
fn a_pool_has_several_questions_and_they_are_of_one_topic() {
    let told = |code: &str, line: u32| vec![(code.to_owned(), Some(line))];
    assert_eq!(of_quiz(&["p a x", "q a x", "r b"]), []);
    assert_eq!(of_quiz(&["p a x", "q a", "r b"]), told("POOL_OF_ONE", 4));
    assert_eq!(of_quiz(&["p a x", "q b x", "r b"]), told("POOL_OVER_TOPICS", 5));
}

const LAB: &str = "slug: shelf\ntitle: L\nsummary: S.\nminutes: 5\nintroduction: I.\nsubmission: { titled_tasks: true }\nstarter: { notebook.sql: starter.sql }\nreplays: [{ name: main }]\ntasks:\n  - number: 1\n    title: T\n    points: 1\n    text: Make `t`.\n    checks:\n      - { id: made, kind: table_exists, points: 1, claim: It is there., next_step: Make it., table: t }\nproof: { starter_score: 0, reference: reference, wrong: [{ path: wrong/none.sql, score: 0 }] }\n";

#[test]
fn a_file_that_nothing_reads_is_told_wherever_it_lies() {
    let course = COURSE.to_owned() + "  - lab: shelf\n";
    let lesson = format!("{HEAD}Words.\n");
    let base = [
        ("course.yml", course.as_str()),
        ("lessons/one.md", &lesson),
        ("labs/shelf/lab.yml", LAB),
        ("labs/shelf/starter.sql", "SELECT 1"),
        ("labs/shelf/reference/solution.sql", "SELECT 1"),
        ("labs/shelf/wrong/none.sql", "SELECT 1"),
        ("README.md", "# For people"),
    ];
    assert_eq!(examine(&base).findings, []);
    let strays = [
        "glosary.yml",
        "labs/notes.txt",
        "labs/shelf/startr.sql",
        "labs/shelf/wrong/other.sql",
        "lessons/two.markdown",
        "pictures/a.png",
        "quizzes/week.yaml",
    ];
    let more: Vec<(&str, &str)> = strays.iter().map(|path| (*path, "x")).collect();
    let found = examine(&[base.as_slice(), &more].concat()).findings;
    let seen: Vec<(&str, &str)> =
        found.iter().map(|it| (it.code.as_str(), it.file.as_deref().unwrap_or_default())).collect();
    assert_eq!(seen, strays.map(|path| ("UNUSED_FILE", path)));
    assert_eq!(found[0].hint.as_deref(), Some("Did you mean `glossary.yml`?"));
    assert_eq!(found[2].hint.as_deref(), Some("Did you mean `labs/shelf/starter.sql`?"));
    let own = [("labs/shelf/_make.py", "x"), ("_drafts/three.md", "x")];
    assert_eq!(examine(&[base.as_slice(), &own].concat()).findings, [], "what begins with _ is the author's own");
}

#[test]
fn what_can_be_read_is_looked_at_beside_what_cannot() {
    let course = COURSE.to_owned() + "  - lesson: two\n";
    let pairs =
        [("course.yml", course.as_str()), ("lessons/one.md", "---\ntitel: x\n---\n# A\n"), ("lessons/two.md", "x")];
    let examined = examine(&pairs);
    assert!(!examined.is_whole);
    let codes: Vec<&str> = examined.findings.iter().map(|finding| finding.code.as_str()).collect();
    for code in ["UNKNOWN_FIELD", "NO_HEAD", "HEADING_LEVEL"] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert!(Course::from_files(&files(&pairs)).is_err(), "and is no course");
}
