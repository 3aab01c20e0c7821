use super::*;

const LESSON: &str = "---\ntitle: One\nminutes: 1\nsummary: First.\n---\n\n## Start\n";
const COURSE: &str = "slug: c\ntitle: C\nsummary: A course.\ntopics:\n  - lesson: one\n  - quiz: week\n";
const QUIZ: &str =
    "title: Q\ntopics: [{id: acid}]\nquestions: [{id: a, topic: acid, kind: numeric, prompt: p, answer: 1}]\n";

/// `line:column message`, with the hint, of everything that is said of the map.
fn said(map: &str, quiz: &str) -> Vec<String> {
    let pairs = [("course.yml", COURSE), ("lessons/one.md", LESSON), ("quizzes/week.yml", quiz), (FILE, map)];
    let files: Files = pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let findings = Course::examine(&files).findings.into_iter().filter(|it| it.file.as_deref() == Some(FILE));
    let text = |it: Finding| {
        let place = format!("{}:{}", it.line.unwrap_or_default(), it.column.unwrap_or_default());
        format!("{place} {} {}", it.message, it.hint.unwrap_or_default()).trim_end().to_owned()
    };
    findings.map(text).collect()
}

#[test]
fn what_the_course_does_not_have_is_told_at_its_place_with_the_nearest_name() {
    let map = "\
title: T
introduction: i
topics:
  - id: a
    title: A
    text: x
    lessons:
      - /lessons/one#start
      - /lessons/one#strat
      - lessons/one
    tasks: [{ lab: delta, tasks: [1] }]
    quiz: { quiz: wek, topic: acid }
  - id: a
    title: B
    text: y
    quiz: { quiz: week, topic: acdi }
";
    let expected = [
        "11:20 There is no lab `delta`.",
        "12:19 There is no quiz `wek`. Did you mean `week`?",
        "16:32 The quiz `week` has no topic `acdi`. Did you mean `acid`?",
        "9:9 The lesson `one` has no heading `strat`. Did you mean `start`?",
        "10:9 `lessons/one` begins neither with / nor with https://, so it leads nowhere.",
        "13:9 There is already a topic `a`.",
    ];
    assert_eq!(said(map, QUIZ), expected);
    let with_more = said(&map.replace("introduction: i", "introdction: i"), QUIZ);
    assert_eq!(with_more[1..], expected, "other mistakes of the file hide none of them");
}

#[test]
fn of_a_quiz_that_cannot_be_read_no_topic_is_missed() {
    let map = "title: T\nintroduction: i\ntopics: [{id: a, title: A, text: x, quiz: {quiz: week, topic: acid}}]\n";
    assert_eq!(said(map, QUIZ), [] as [&str; 0]);
    assert_eq!(said(map, "title: ''\n"), [] as [&str; 0]);
}

#[test]
fn a_task_is_one_of_the_lab() {
    let course = Course::try_builtin().unwrap();
    let map = "topics: [{tasks: [{lab: delta, tasks: [1, 99, -1]}, {lab: detla, tasks: [1]}]}]";
    let files: Files = [(FILE.to_owned(), map.as_bytes().to_vec())].into_iter().collect();
    let told: Vec<(String, Option<u32>)> =
        unknown(&files, course).into_iter().map(|it| (it.message, it.column)).collect();
    let told: Vec<(&str, Option<u32>)> = told.iter().map(|(message, column)| (message.as_str(), *column)).collect();
    let expected = [
        ("The lab `delta` has no task 99.", Some(43)),
        ("The lab `delta` has no task -1.", Some(47)),
        ("There is no lab `detla`.", Some(59)),
    ];
    assert_eq!(told, expected);
}
