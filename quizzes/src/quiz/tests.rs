use super::*;

fn mistakes(text: &str) -> Vec<(&'static str, String, u32)> {
    let mistakes = parse(text).expect_err("should be refused");
    mistakes.into_iter().map(|mistake| (mistake.code, mistake.path, mistake.line)).collect()
}

#[test]
fn every_mistake_is_told_at_once_with_its_line() {
    let text = "title: ''
minuts: 15
attempts: 0
keep: bets
topics: [{id: acid}, {id: acid}]
questions:
  - id: a
    topic: acdi
    kind: single
    prompt: p
    options: [{text: x, correct: true}, {text: x, correct: yes}]
  - id: a
    topic: acids
    kind: singel
    prompt: p
  - id: b
    topic: acid
    kind: numeric
    points: 0.123
    prompt: p
  - id: c
    topic: acid
    kind: multiple
    prompt: p
    options: [{text: x}, {text: y}]
  - id: a
    topic: acid
    kind: ordering
    prompt: p
    items: [one]
  - words
  - id: e
    topic: acid
    prompt: p
";
    let found = mistakes(text);
    let found: Vec<_> = found.iter().map(|(code, path, line)| (*code, path.as_str(), *line)).collect();
    assert_eq!(
        found,
        [
            ("MISSING_FIELD", "title", 1),
            ("UNKNOWN_FIELD", "minuts", 2),
            ("BAD_VALUE", "attempts", 3),
            ("BAD_VALUE", "keep", 4),
            ("DUPLICATE_ID", "topics[1].id", 5),
            ("UNKNOWN_TOPIC", "questions[0].topic", 8),
            ("DUPLICATE_TEXT", "questions[0].options[1].text", 11),
            ("WRONG_TYPE", "questions[0].options[1].correct", 11),
            ("DUPLICATE_ID", "questions[1].id", 12),
            ("UNKNOWN_TOPIC", "questions[1].topic", 13),
            ("BAD_VALUE", "questions[1].kind", 14),
            ("MISSING_FIELD", "questions[2].answer", 16),
            ("BAD_VALUE", "questions[2].points", 19),
            ("BAD_VALUE", "questions[3].options", 25),
            ("DUPLICATE_ID", "questions[4].id", 26),
            ("TOO_FEW", "questions[4].items", 30),
            ("WRONG_TYPE", "questions[5]", 31),
            ("MISSING_FIELD", "questions[6].kind", 32),
        ]
    );
}

#[test]
fn hints_name_what_was_probably_meant() {
    let mistakes = parse("title: x\nkeep: bets\nquestions: []\n").unwrap_err();
    assert_eq!(mistakes[0].hint.as_deref(), Some("Did you mean `best`?"));
    assert_eq!(mistakes[0].to_string(), "2:7: keep: `bets` is not a value of `keep`. Did you mean `best`?");
}

#[test]
fn a_file_that_is_no_quiz_is_refused_with_its_place() {
    assert_eq!(mistakes("title: x\nquestions: [\n")[0].0, "BAD_SYNTAX");
    assert_eq!(mistakes("- a\n- b\n")[0].0, "WRONG_TYPE");
    assert_eq!(mistakes("")[0].0, "WRONG_TYPE");
    assert_eq!(mistakes(&"[".repeat(100_000))[0].0, "BAD_SYNTAX");
    assert_eq!(mistakes(&"x".repeat(3_000_000))[0].0, "TOO_LARGE");
}

#[test]
fn what_an_author_leaves_out_has_a_default() {
    let quiz = parse("title: x\nquestions:\n- {id: a, kind: numeric, prompt: p, answer: 4}\n").unwrap();
    assert_eq!((quiz.minutes, quiz.attempts, quiz.keep, quiz.shuffle), (None, None, Keep::Best, false));
    assert_eq!(quiz.questions[0].points, Points(100));
}

#[test]
fn a_topic_that_says_nothing_is_told_with_its_place_and_a_remedy() {
    let file = |topics: &str, topic: &str| {
        format!("title: x\n{topics}questions:\n- {{id: a, {topic}kind: numeric, prompt: p, answer: 4}}\n")
    };
    let told = |topics: &str, topic: &str| -> Vec<String> {
        parse(&file(topics, topic)).map_or_else(|told| told.iter().map(ToString::to_string).collect(), |_| Vec::new())
    };
    assert_eq!(told("", ""), [] as [&str; 0]);
    assert_eq!(told("", "topic: merge, "), [] as [&str; 0], "topics need not be listed");
    let leave = "`topic` is empty here. Leave it out, or list `topics` and write the id of one.";
    for empty in ["topic: '', ", "topic: ' ', "] {
        assert_eq!(told("", empty), [format!("3:18: questions[0].topic: {leave}")]);
    }
    let listed = "topics: [{id: merge}, {id: acid}]\n";
    assert_eq!(
        told(listed, "topic: '', "),
        ["4:18: questions[0].topic: `topic` is empty here. Write one of merge, acid."]
    );
    assert_eq!(told(listed, ""), ["4:3: questions[0].topic: `topic` is missing here. Write one of merge, acid."]);
    let untitled = "2:25: topics[0].title: `title` is empty here. Leave it out, and the id is shown.";
    assert_eq!(told("topics: [{id: a, title: ''}]\n", "topic: a, "), [untitled]);
}

#[test]
fn one_slip_is_one_mistake() {
    let one = |text: &str| match parse(text).unwrap_err().as_slice() {
        [only] => only.to_string(),
        more => panic!("{more:?}"),
    };
    let question = "{id: a, topic: merge, kind: numeric, prompt: p, answer: 4}";
    let said = one(&format!("title: x\ntopics: [{{idd: merge}}]\nquestions: [{question}]\n"));
    assert_eq!(said, "2:11: topics[0].idd: There is no field `idd` here. Did you mean `id`?");
    let said = one(&format!("title: x\nbonus: 3\nquestions: [{question}]\n"));
    assert!(said.contains("Known here: attempts, draw, exam, keep, "), "{said}");
}
