use proptest::prelude::*;

use super::*;
use crate::quiz::{Quiz, parse};

const QUIZ: &str = "title: x
minutes: 15
exam:
  opens: 2026-03-02T09:00:00+01:00
  closes: 2026-03-02T10:00:00+01:00
  start_code: Sand-42
questions:
- {id: a, kind: numeric, prompt: p, answer: 1}
";

const OPENS: i64 = 1_772_438_400_000;
const HOUR: i64 = 3_600_000;

fn quiz(text: &str) -> Quiz {
    parse(text).unwrap_or_else(|mistakes| panic!("{mistakes:?}"))
}

fn exam() -> Exam {
    quiz(QUIZ).exam.unwrap()
}

#[test]
fn one_setting_makes_a_quiz_an_exam() {
    let quiz = quiz(QUIZ);
    assert_eq!((quiz.attempts, quiz.per_topic), (Some(1), Some(2)));
    let exam = quiz.exam.unwrap();
    assert_eq!((exam.opens_ms, exam.closes_ms), (OPENS, OPENS + HOUR));
    assert_eq!((exam.closed, exam.closed_during), (vec![Area::Workbench, Area::Lessons], Closed::Attempt));
}

#[test]
fn mistakes_of_an_exam_are_told_with_their_lines() {
    let text = QUIZ
        .replace("10:00:00+01:00", "09:00:00+01:00")
        .replace("  start_code: Sand-42", "  start_code: ' '\n  closed: [lessons, workbnch]\n  closed_durin: window")
        .replace("minutes: 15", "attempts: 2");
    let found: Vec<_> =
        parse(&text).unwrap_err().into_iter().map(|found| (found.code, found.path, found.line)).collect();
    let found: Vec<_> = found.iter().map(|(code, path, line)| (*code, path.as_str(), *line)).collect();
    assert_eq!(
        found,
        [
            ("BAD_VALUE", "attempts", 2),
            ("BAD_VALUE", "exam.closes", 5),
            ("MISSING_FIELD", "exam.start_code", 6),
            ("BAD_VALUE", "exam.closed", 7),
            ("UNKNOWN_FIELD", "exam.closed_durin", 8),
        ]
    );
    let unread = parse(&QUIZ.replace("2026-03-02T09:00:00+01:00", "tomorrow")).unwrap_err();
    assert_eq!((unread[0].code, unread[0].line), ("BAD_VALUE", 4));
}

#[test]
fn an_attempt_begins_in_the_window_once_and_with_the_code() {
    let exam = exam();
    assert_eq!(exam.admits(OPENS - 1, 0, "sand-42"), Err(Refusal::NotOpen { opens_ms: OPENS }));
    assert_eq!(exam.admits(OPENS, 0, " sand-42 "), Ok(()));
    assert_eq!(exam.admits(OPENS, 0, "sand-43"), Err(Refusal::WrongCode));
    assert_eq!(exam.admits(OPENS, 1, "sand-42"), Err(Refusal::NoAttemptLeft));
    assert_eq!(exam.admits(OPENS + HOUR, 0, "sand-42"), Err(Refusal::Over { closed_ms: OPENS + HOUR }));
    assert_eq!(Exam { start_code: None, ..exam }.admits(OPENS, 0, ""), Ok(()));
}

#[test]
fn workbench_and_lessons_are_closed_meanwhile() {
    let exam = exam();
    assert!(exam.closes(Area::Workbench, OPENS, true) && !exam.closes(Area::Workbench, OPENS, false));
    let for_all = Exam { closed_during: Closed::Window, closed: vec![Area::Lessons], ..exam };
    assert!(for_all.closes(Area::Lessons, OPENS, false) && !for_all.closes(Area::Lessons, OPENS + HOUR, false));
    assert!(!for_all.closes(Area::Workbench, OPENS, true));
}

#[test]
fn extra_minutes_move_the_end_and_the_dry_run_says_whose() {
    let grant = |student: Option<&str>, minutes| ExtraMinutes { student: student.map(str::to_owned), minutes };
    let running = |student: &str, started_ms| Running { student: student.to_owned(), started_ms, factor_percent: 100 };
    let running = [running("ada", OPENS), running("bob", OPENS + HOUR - 60_000)];
    let changes = |grants: &[ExtraMinutes], further: &ExtraMinutes| {
        let changes = end_changes(&exam(), Some(15), &running, grants, further);
        changes
            .into_iter()
            .map(|change| (change.student, change.from_ms - OPENS, change.to_ms - OPENS))
            .collect::<Vec<_>>()
    };
    assert_eq!(changes(&[], &grant(Some("ada"), 5)), [("ada".to_owned(), 15 * 60_000, 20 * 60_000)]);
    let all = changes(&[grant(Some("bob"), 2)], &grant(None, 5));
    assert_eq!(all, [("ada".to_owned(), 900_000, 1_200_000), ("bob".to_owned(), HOUR + 120_000, HOUR + 420_000)]);
    assert_eq!(changes(&[], &grant(Some("eve"), 5)), []);
}

#[test]
fn a_share_of_the_time_moves_the_end_of_the_window_too() {
    let ends = |factor| exam().timing(OPENS + HOUR - 60_000, Some(20), factor, 0).ends_ms().unwrap() - OPENS - HOUR;
    assert_eq!((ends(100), ends(150)), (0, 10 * 60_000));
}

proptest! {
    #[test]
    fn a_grant_never_shortens_and_moves_only_those_it_is_for(
        starts in prop::collection::vec(0_i64..HOUR, 1..5),
        factor in 100_u32..200,
        minutes in 0_u32..60,
        earlier in 0_u32..60,
        to_all in any::<bool>(),
    ) {
        let running: Vec<Running> = starts.iter().enumerate()
            .map(|(index, start)| Running { student: index.to_string(), started_ms: OPENS + start, factor_percent: factor })
            .collect();
        let earlier = [ExtraMinutes { student: None, minutes: earlier }];
        let further = ExtraMinutes { student: (!to_all).then(|| "0".to_owned()), minutes };
        let changes = end_changes(&exam(), Some(15), &running, &earlier, &further);
        prop_assert!(changes.iter().all(|change| change.to_ms > change.from_ms));
        prop_assert!(changes.iter().all(|change| to_all || change.student == "0"));
        prop_assert_eq!(changes.is_empty(), minutes == 0);
    }
}
