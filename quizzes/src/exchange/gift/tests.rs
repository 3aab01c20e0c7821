use proptest::prelude::*;

use super::*;
use crate::exchange::quiz_file;
use crate::question::{ChoiceOption, Matching, Multiple, MultiplePolicy, Numeric, Pair, ShortText, Single};
use crate::quiz::parse;

fn read(text: &str) -> Import {
    let import = import(text);
    assert_eq!(import.mistakes, [], "{text}");
    import
}

fn one(text: &str) -> Question {
    let import = read(text);
    assert_eq!(import.left_out, [], "{text}");
    import.questions.into_iter().next().unwrap()
}

fn option(text: &str, correct: bool, feedback: Option<&str>) -> ChoiceOption {
    ChoiceOption { text: text.to_owned(), correct, feedback: feedback.map(str::to_owned) }
}

fn left_out(text: &str) -> Vec<(u32, String)> {
    read(text).left_out.into_iter().map(|remark| (remark.line, remark.message)).collect()
}

fn changed(text: &str) -> Vec<String> {
    read(text).changed.into_iter().map(|remark| remark.message).collect()
}

fn mistakes(text: &str) -> Vec<(&'static str, u32, u32)> {
    import(text).mistakes.into_iter().map(|mistake| (mistake.code, mistake.line, mistake.column)).collect()
}

#[test]
fn a_choice_has_one_right_option_and_feedback_for_each() {
    let question = one(
        "::Commit moment:: When is a write\nvisible? {\n  = at the commit # Yes.\n  ~ before\n  ~ later # No.\n  #### The log decides.\n}\n",
    );
    assert_eq!((question.id.as_str(), question.prompt.as_str()), ("commit-moment", "When is a write visible?"));
    let options = vec![
        option("at the commit", true, Some("Yes.")),
        option("before", false, None),
        option("later", false, Some("No.")),
    ];
    assert_eq!(question.kind, Kind::Single(Single { options }));
    assert_eq!(question.explanation.as_deref(), Some("The log decides."));
    assert_eq!(question.place, (1, 1));
}

#[test]
fn percentages_make_several_options_right() {
    let text = "Which? {~%50%a ~%50%b ~%-50%c ~%-50%d}";
    let options =
        vec![option("a", true, None), option("b", true, None), option("c", false, None), option("d", false, None)];
    assert_eq!(one(text).kind, Kind::Multiple(Multiple { options, policy: MultiplePolicy::RightMinusWrong }));
    assert_eq!(changed(text), [] as [&str; 0]);
    assert_eq!(changed("Which? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}"), [] as [&str; 0]);
    assert_eq!(changed("Which? {~%50%a ~%50%b ~c}").len(), 1);
    assert_eq!(changed("Which? {=a ~%50%b ~c}").len(), 1);
    assert_eq!(left_out("Which? {=a =b ~c}").len(), 1);
}

#[test]
fn true_or_false_is_a_choice_of_two() {
    let of = |text: &str| match one(text).kind {
        Kind::Single(single) => single.options,
        other => panic!("{other:?}"),
    };
    assert_eq!(of("So? {T}"), [option("True", true, None), option("False", false, None)]);
    assert_eq!(
        of("So? {false#wrong it is#right it is}"),
        [option("True", false, Some("wrong it is")), option("False", true, Some("right it is"))]
    );
}

#[test]
fn a_short_answer_accepts_all_that_get_all_points() {
    let question = one("Name it. {=MERGE#Well done. =%100%MERGE INTO =%0%*#Look at the statements.}");
    let accept = vec!["MERGE".to_owned(), "MERGE INTO".to_owned()];
    let feedback = Some("Look at the statements.".to_owned());
    assert_eq!(question.kind, Kind::ShortText(ShortText { accept, feedback }));
    assert_eq!(question.explanation.as_deref(), Some("Well done."));
    assert_eq!(changed("Name it. {=MERGE =%50%UPSERT =ME*}").len(), 2);
    assert_eq!(changed("Name it. {=2 \\* 3}").len(), 1);
}

#[test]
fn numbers_have_a_tolerance_or_a_range() {
    let of = |text: &str| match one(text).kind {
        Kind::Numeric(Numeric { answer, tolerance, .. }) => (answer, tolerance),
        other => panic!("{other:?}"),
    };
    assert_eq!(of("How many? {#3}"), (3.0, 0.0));
    assert_eq!(of("How many? {# 3.5 : 0.25 }"), (3.5, 0.25));
    assert_eq!(of("How many? {#-1..5}"), (2.0, 3.0));
    assert_eq!(of("How many? {#=3:1#good =%50%3:2#near}"), (3.0, 1.0));
    assert_eq!(changed("How many? {#=3:1 =%50%3:2}"), ["`3:2` is wrong instead of worth 50 %."]);
    assert_eq!(left_out("How many? {#=3 =4}").len(), 1);
    assert_eq!(one("How many? {#3#Right.####Always.}").explanation.as_deref(), Some("Right.\n\nAlways."));
}

#[test]
fn pairs_are_matched_and_a_right_side_without_a_left_one_matches_nothing() {
    let pair = |left: &str, right: &str| Pair { left: left.to_owned(), right: right.to_owned() };
    let kind = one("Match. {=A -> all or nothing = D -> kept\n=->eaten}").kind;
    let pairs = vec![pair("A", "all or nothing"), pair("D", "kept")];
    assert_eq!(kind, Kind::Matching(Matching { pairs, distractors: vec!["eaten".to_owned()], feedback: None }));
}

#[test]
fn escapes_comments_formats_and_missing_words_are_read() {
    let text = "// a comment = { ~\n::A\\:b:: [markdown]Is `x \\= 1 \\{y\\}` {=so \\~ =it\\#1 // no comment\n} here\\nand there?\n";
    let question = one(text);
    assert_eq!(question.id, "a-b");
    assert_eq!(question.prompt, "Is `x = 1 {y}` \\_\\_\\_\\_\\_ here\nand there?");
    let Kind::ShortText(text) = question.kind else { panic!("{:?}", question.kind) };
    assert_eq!(text.accept, ["so ~", "it#1 // no comment"]);
    assert_eq!(one("C:\\temp \\\\ d? {T}").prompt, "C:\\temp \\ d?");
    assert_eq!(one("[html]<p>Is <b>a &lt; b</b><br>so?</p> {T}").prompt, "Is **a < b**\nso?");
    assert_eq!(changed("[html]See <img src\\=x> {T}"), ["HTML was kept as it is: <img src=x>."]);
}

#[test]
fn categories_become_topics() {
    let text = "$CATEGORY: $course$/top/Week 3/ACID\n\nA? {T}\n\n$CATEGORY: top/Week 3/Unused\n\n$CATEGORY: MERGE\n\nA? {F}\n\nB? {F}\n";
    let import = read(text);
    let topics: Vec<(&str, &str)> =
        import.topics.iter().map(|topic| (topic.id.as_str(), topic.title.as_str())).collect();
    assert_eq!(topics, [("week-3-acid", "Week 3 / ACID"), ("merge", "MERGE")]);
    let of: Vec<(&str, &str)> = import.questions.iter().map(|one| (one.id.as_str(), one.topic.as_str())).collect();
    assert_eq!(of, [("a", "week-3-acid"), ("a-2", "merge"), ("b", "merge")]);
}

#[test]
fn questions_before_the_first_category_get_a_topic_when_others_have_one() {
    let import = read("A? {T}\n\n$CATEGORY: 日本\n\nB? {T}\n");
    let topics: Vec<(&str, &str)> =
        import.topics.iter().map(|topic| (topic.id.as_str(), topic.title.as_str())).collect();
    assert_eq!(topics, [("topic", "日本"), ("other", "Other")]);
    assert_eq!(import.questions.iter().map(|one| one.topic.as_str()).collect::<Vec<_>>(), ["other", "topic"]);
    let file = quiz_file(&import.into_quiz("x").unwrap()).unwrap();
    assert!(parse(&file).is_ok(), "{file}");
}

#[test]
fn a_large_file_is_read_in_time_and_a_larger_one_is_refused() {
    let many = "::same:: A? {T}\n\n".repeat(20_000);
    let import = read(&many);
    assert_eq!(import.questions.last().unwrap().id, "same-20000");
    assert_eq!(mistakes(&"x".repeat(3 << 20)), [("TOO_LARGE", 1, 1)]);
}

#[test]
fn what_cannot_be_scored_is_listed_with_its_line() {
    let text = "Just words.\n\n::Essay:: Write. {}\n\nAnd again. {####general}\n";
    let found = read(text);
    assert_eq!(found.questions, []);
    let listed: Vec<(u32, &str)> =
        found.left_out.iter().map(|remark| (remark.line, remark.question.as_str())).collect();
    assert_eq!(listed, [(1, "Just words."), (3, "Essay"), (5, "And again.")]);
}

#[test]
fn every_mistake_is_told_with_its_line_and_column() {
    for (text, expected) in [
        ("A? {=b\n\n~c}", vec![("UNCLOSED", 1, 4), ("STRAY_BRACE", 3, 3)]),
        ("::A A? {T}", vec![("UNCLOSED", 1, 3)]),
        ("A? {=b {c}}", vec![("STRAY_BRACE", 1, 8)]),
        ("A? {T} B? {F}", vec![("STRAY_BRACE", 1, 11)]),
        ("A? }", vec![("STRAY_BRACE", 1, 4)]),
        ("{T}", vec![("MISSING_FIELD", 1, 1)]),
        ("A? {b =c}", vec![("STRAY_TEXT", 1, 5)]),
        ("A? {~b ~c}", vec![("BAD_VALUE", 1, 5)]),
        ("A? {=b\n~}", vec![("MISSING_FIELD", 2, 1)]),
        ("A? {=b ~b}", vec![("DUPLICATE_TEXT", 1, 9)]),
        ("A? {~%100%b}", vec![("TOO_FEW", 1, 5)]),
        ("A? {~%x%b ~%200%c ~%5 d}", vec![("BAD_VALUE", 1, 7), ("BAD_VALUE", 1, 13), ("BAD_VALUE", 1, 21)]),
        ("A? {#three}", vec![("BAD_VALUE", 1, 6)]),
        ("A? {#5..1}", vec![("BAD_VALUE", 1, 6)]),
        ("A? {=a -> b\n=c}", vec![("MISSING_FIELD", 2, 2)]),
        ("A? {=a -> b}", vec![("TOO_FEW", 1, 6)]),
        ("$CATEGORY: top\n\nA? {T}", vec![("MISSING_FIELD", 1, 1)]),
    ] {
        assert_eq!(mistakes(text), expected, "{text}");
    }
    // What is right is read all the same.
    assert_eq!(import("A? }\n\nB? {T}").questions.len(), 1);
}

#[test]
fn an_imported_file_is_a_quiz_file_of_ours() {
    let text = "$CATEGORY: Log\n\nA: b? {=c#yes ~d#no}\n\nB {#3:1}\n\nC {~%50%a ~%50%b ~%-100%c}\n\nD {=a->b =c->d}\n\nE {=no =3 =null}\n\nF {T}\n";
    let quiz = read(text).into_quiz("Of GIFT").unwrap();
    let file = quiz_file(&quiz).unwrap();
    let again = parse(&file).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{file}"));
    assert_eq!(crate::exchange::tests::placeless(again), crate::exchange::tests::placeless(quiz));
}

/// Writes a choice in GIFT.
fn written(prompt: &str, options: &[String], right: usize) -> String {
    let escape = |text: &str| {
        let mark = |c: char| if "~=#{}:\\%".contains(c) { format!("\\{c}") } else { c.to_string() };
        text.chars().map(mark).collect::<String>()
    };
    let option =
        |(index, text): (usize, &String)| format!("{}{}\n", if index == right { '=' } else { '~' }, escape(text));
    format!("::q:: {} {{\n{}}}\n", escape(prompt), options.iter().enumerate().map(option).collect::<String>())
}

/// Of answers.
const PIECES: &[&str] = &[
    "=",
    "~",
    "a",
    "b",
    "->",
    "#",
    "####",
    "%50%",
    "%100%",
    "%-50%",
    "T",
    " ",
    "3",
    ":1",
    "..4",
    "*",
    "\\n",
    "[html]<p>c</p>",
];

proptest! {
    #[test]
    fn no_text_makes_it_stumble(text in "[ -~\n]{0,80}") {
        let import = import(&text);
        prop_assert!(import.mistakes.iter().all(|mistake| mistake.line >= 1 && mistake.column >= 1));
    }

    #[test]
    fn marks_in_any_order_never_make_it_stumble(text in "[-=~#{}:%>$T1a\\\\*\n .\\[\\]]{0,40}") {
        if let Some(quiz) = import(&text).into_quiz("x") {
            let file = quiz_file(&quiz).unwrap();
            let again = parse(&file).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{file}"));
            prop_assert_eq!(crate::exchange::tests::placeless(again), crate::exchange::tests::placeless(quiz));
        }
    }

    #[test]
    fn what_is_read_of_pieces_in_any_order_is_a_quiz_file(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 1..12),
    ) {
        let text = format!("A? {{{}}}\n\nB {{=1 ~%50%2\n~3}}\n", pieces.concat());
        let quiz = import(&text).into_quiz("x").unwrap();
        let file = quiz_file(&quiz).unwrap();
        let again = parse(&file).unwrap_or_else(|mistakes| panic!("{mistakes:?}\n{file}"));
        prop_assert_eq!(crate::exchange::tests::placeless(again), crate::exchange::tests::placeless(quiz));
    }

    #[test]
    fn what_is_escaped_is_read_as_it_was(
        prompt in "[a-z=~#{}:%\\\\]{1,12}",
        options in prop::collection::btree_set("[a-z=~#{}:%\\\\]{1,8}", 2..5),
        right in 0_usize..5,
    ) {
        let options: Vec<String> = options.into_iter().collect();
        let right = right % options.len();
        let question = one(&written(&prompt, &options, right));
        prop_assert_eq!(question.prompt, prompt);
        let Kind::Single(single) = question.kind else { panic!() };
        let texts: Vec<String> = single.options.iter().map(|option| option.text.clone()).collect();
        prop_assert_eq!(texts, options);
        prop_assert_eq!(single.options.iter().position(|option| option.correct), Some(right));
    }
}
