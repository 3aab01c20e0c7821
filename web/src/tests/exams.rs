//! Exams: the window, the code, the one attempt, what is closed meanwhile, and minutes that staff give.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::store::quiz_attempts::{self, QuizAttempt, QuizOf};
use crate::tests::browser::Answer;

const QUESTIONS: &str = "topics: [{id: t, title: Log}]
questions:
  - id: commit
    topic: t
    kind: short_text
    points: 2
    prompt: What makes a write visible?
    accept: [commit]
  - id: pick
    topic: t
    kind: single
    prompt: Which one?
    options: [{text: alpha, correct: true}, {text: beta}, {text: gamma}]
";

/// The built-in course with another quiz in the place of its own.
pub fn course_with(quiz: &str) -> Course {
    let mut course = Course::try_builtin().unwrap().clone();
    let of = course.quizzes.get_mut("week-3").unwrap();
    of.quiz = sandbar_quizzes::parse(quiz).unwrap();
    of.title = of.quiz.title.clone();
    course
}

/// An exam whose window opens and closes so many minutes from now.
fn exam(opens: i64, closes: i64, more: &str) -> Course {
    let at = |minutes: i64| Timestamp::now() + SignedDuration::from_mins(minutes);
    let exam = format!("exam:\n  opens: {}\n  closes: {}\n{more}", at(opens), at(closes));
    course_with(&format!("title: The exam\nminutes: 15\n{exam}{QUESTIONS}"))
}

async fn server(course: Course) -> Server {
    Server::of(course, PageSettings::default()).await
}

pub async fn attempt_of(server: &Server, login: &str) -> QuizAttempt {
    let user = users::credentials(&server.app.store, login).await.unwrap().unwrap().id;
    let of = QuizOf { user, course: server.app.course_id, quiz: "week-3" };
    quiz_attempts::of_quiz(&server.app.store, of).await.unwrap().pop().unwrap()
}

async fn start(browser: &mut Browser, code: &str) -> Answer {
    browser.get("/quiz").await;
    browser.post("/quizzes/week-3/attempts", &[("code", code)]).await
}

#[tokio::test]
async fn outside_the_window_no_attempt_begins_and_the_page_says_when() {
    for (opens, closes, told) in [(10, 60, "The exam opens on "), (-60, -10, "The exam closed on ")] {
        let server = server(exam(opens, closes, "")).await;
        let mut ada = server.student().await;
        let page = ada.get("/quiz").await.body;
        assert!(page.contains(told) && !page.contains("Start the exam"), "{page}");
        assert_eq!(start(&mut ada, "").await.status, 409);
    }
}

#[tokio::test]
async fn a_wrong_code_begins_nothing_and_the_right_one_begins_the_only_attempt() {
    let server = server(exam(-5, 60, "  start_code: sand-42\n")).await;
    let mut ada = server.student().await;
    assert!(ada.get("/quiz").await.body.contains("Code to start"));
    for wrong in ["", "sand-43"] {
        let refused = start(&mut ada, wrong).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert!(refused.body.contains("This is not the code of the exam"), "{}", refused.body);
        assert!(!refused.body.contains("sand-42"), "a student's page does not give the code away");
    }
    let started = start(&mut ada, " Sand-42 ").await;
    assert_eq!(started.status, 303, "{}", started.body);
    let path = started.header("location").to_owned();
    assert_eq!(start(&mut ada, "").await.header("location"), path, "the running one is gone on with");
    ada.get(&path).await;
    assert_eq!(ada.post(&format!("{path}/submit"), &[("a1", "commit"), ("a2", "0")]).await.status, 303);
    assert_eq!(start(&mut ada, "sand-42").await.status, 409);
    let handed_in = ada.get(&path).await.body;
    assert!(!handed_in.contains("What makes a write visible?"), "others still take it: {handed_in}");
    assert!(ada.get("/quiz").await.body.contains("You have taken the exam"));
}

#[tokio::test]
async fn a_code_cannot_be_guessed_without_end_and_others_begin_meanwhile() {
    let server = server(exam(-5, 60, "  start_code: sand-42\n")).await;
    let mut ada = server.student().await;
    server.enrol("bela", Role::Student).await;
    for guess in 0..10 {
        assert_eq!(start(&mut ada, &format!("sand-{guess}")).await.status, 422);
    }
    let told = start(&mut ada, "sand-42").await;
    assert_eq!(told.status, 429, "{}", told.body);
    assert!(told.body.contains("Too many wrong codes. Wait 3 min"), "{}", told.body);
    assert_eq!(start(&mut server.signed_in("bela").await, "sand-42").await.status, 303);
}

#[tokio::test]
async fn labs_and_lessons_are_closed_to_a_student_while_the_attempt_runs_and_to_nobody_else() {
    let server = server(exam(-5, 60, "")).await;
    let mut ada = server.student().await;
    server.enrol("bela", Role::Student).await;
    server.enrol("ines", Role::Instructor).await;
    let (mut bela, mut ines) = (server.signed_in("bela").await, server.signed_in("ines").await);
    let pages = ["/lessons/time-travel", "/glossary", "/labs/delta", "/labs/workflows"];
    for path in pages {
        assert_eq!(ada.get(path).await.status, 200, "{path} before the attempt");
    }
    let path = start(&mut ada, "").await.header("location").to_owned();
    start(&mut ines, "").await;
    for closed in pages {
        let answer = ada.get(closed).await;
        assert_eq!(answer.status, 409, "{closed}");
        assert!(answer.body.contains("The exam"), "{}", answer.body);
        assert_eq!((bela.get(closed).await.status, ines.get(closed).await.status), (200, 200), "{closed}");
    }
    ada.get(&path).await;
    assert_eq!(ada.fetch("/labs/delta/cells/c/run", &[("source", "SELECT 1")]).await.status, 409);
    assert_eq!(ada.post(&format!("{path}/submit"), &[]).await.status, 303);
    for open in pages {
        assert_eq!(ada.get(open).await.status, 200, "{open} after the attempt");
    }
}

#[tokio::test]
async fn what_an_exam_closes_and_for_whom_is_its_own_setting() {
    let server = server(exam(-5, 60, "  closed: [workbench]\n  closed_during: window\n")).await;
    let mut ada = server.student().await;
    assert_eq!(ada.get("/labs/delta").await.status, 409, "closed to all in the window");
    assert_eq!(ada.get("/lessons/time-travel").await.status, 200);
}

#[tokio::test]
async fn minutes_move_the_end_of_a_running_attempt_past_the_close_of_the_window() {
    let server = server(exam(-5, 10, "")).await;
    let mut ada = server.student().await;
    server.enrol("ines", Role::Instructor).await;
    let mut ines = server.signed_in("ines").await;
    start(&mut ada, "").await;
    let ends = |attempt: &QuizAttempt| attempt.deadline_at.unwrap().duration_since(attempt.started_at).as_mins();
    assert_eq!(ends(&attempt_of(&server, "ada").await), 9, "the window cuts the fifteen minutes");
    let page = ines.get("/teach/quizzes/week-3").await.body;
    assert!(page.contains("ada Example") && page.contains("Running now"), "{page}");
    let give = |student: &'static str, minutes: &'static str| [("student", student), ("minutes", minutes)];
    for (wrong, status) in [(give("", "0"), 422), (give("", "five"), 422), (give("nobody", "5"), 400)] {
        assert_eq!(ines.post("/teach/quizzes/week-3/minutes", &wrong).await.status, status, "{wrong:?}");
    }
    assert_eq!(ines.post("/teach/quizzes/week-3/minutes", &give("ada", "7")).await.status, 303);
    assert_eq!(ines.post("/teach/quizzes/week-3/minutes", &give("", "3")).await.status, 303);
    assert_eq!(ends(&attempt_of(&server, "ada").await), 19);
    let page = ines.get("/teach/quizzes/week-3").await.body;
    assert!(page.contains("7 minutes for ada Example") && page.contains("3 minutes for everybody"), "{page}");
    assert_eq!(ada.post("/teach/quizzes/week-3/minutes", &give("ada", "60")).await.status, 404);
    server.enrol("bela", Role::Student).await;
    let mut bela = server.signed_in("bela").await;
    start(&mut bela, "").await;
    assert_eq!(ends(&attempt_of(&server, "bela").await), 12, "what everybody got holds for who begins later");
}

#[tokio::test]
async fn a_students_share_lengthens_the_minutes_of_the_next_attempt() {
    let server = server(course_with(&format!("title: Timed\nminutes: 15\n{QUESTIONS}"))).await;
    let mut ada = server.student().await;
    server.enrol("ines", Role::Instructor).await;
    let mut ines = server.signed_in("ines").await;
    ines.get("/").await;
    let share = |student: &'static str, percent: &'static str| [("student", student), ("percent", percent)];
    for wrong in [share("ada", "99"), share("ada", "401"), share("ada", "much"), share("", "150")] {
        assert_eq!(ines.post("/teach/quizzes/week-3/minutes", &wrong).await.status, 400, "{wrong:?}");
        ines.get("/").await;
    }
    assert_eq!(ines.post("/teach/quizzes/week-3/minutes", &share("ada", "150")).await.status, 303);
    assert!(ines.get("/teach/quizzes/week-3").await.body.contains("ada Example: 150 %"));
    start(&mut ada, "").await;
    let attempt = attempt_of(&server, "ada").await;
    let lasts = attempt.deadline_at.unwrap().duration_since(attempt.started_at);
    assert_eq!(lasts, SignedDuration::from_secs(22 * 60 + 30));
}

#[tokio::test]
async fn an_attempt_without_a_limit_has_no_clock() {
    let server = server(course_with(&format!("title: Free\n{QUESTIONS}"))).await;
    let mut ada = server.student().await;
    assert!(!ada.get("/quiz").await.body.contains("0 min"));
    let path = start(&mut ada, "").await.header("location").to_owned();
    let page = ada.get(&path).await.body;
    assert!(page.contains("<sb-quiz") && !page.contains("data-seconds-left"), "{page}");
}

/// A course with a quiz to practise, and finals of the same questions.
fn with_finals(head: &str) -> Course {
    let practice = format!("title: Practice\nshow_feedback: after_question\n{QUESTIONS}");
    let mut course = course_with(&practice);
    let mut finals = course.quizzes["week-3"].clone();
    "finals".clone_into(&mut finals.slug);
    finals.quiz = sandbar_quizzes::parse(&format!("{head}{QUESTIONS}")).unwrap();
    let topic = course.topics.iter().find(|topic| topic.slug == "week-3").unwrap().clone();
    course.topics.push(sandbar_content::Topic { slug: finals.slug.clone(), title: "Finals".to_owned(), ..topic });
    course.quizzes.insert(finals.slug.clone(), finals);
    course
}

#[tokio::test]
async fn while_an_exam_runs_the_practice_that_asks_the_same_is_closed() {
    let at = |minutes: i64| Timestamp::now() + SignedDuration::from_mins(minutes);
    let exam = format!("title: Finals\nexam:\n  opens: {}\n  closes: {}\n", at(-5), at(60));
    let server = server(with_finals(&exam)).await;
    let mut ada = server.student().await;
    ada.get("/").await;
    let practice = ada.post("/quizzes/week-3/attempts", &[]).await.header("location").to_owned();
    assert_eq!(ada.get(&practice).await.status, 200);
    let finals = ada.post("/quizzes/finals/attempts", &[]).await.header("location").to_owned();
    for path in ["/quiz", "/quizzes/week-3", &practice] {
        let closed = ada.get(path).await;
        assert_eq!(closed.status, 409, "{path}");
        assert!(closed.body.contains("Other quizzes are closed"), "{}", closed.body);
    }
    let check = format!("{practice}/questions/1/check");
    assert_eq!(ada.post(&check, &[("a1", "commit")]).await.status, 409);
    ada.get(&finals).await;
    assert_eq!(ada.post(&format!("{finals}/submit"), &[("a1", "commit")]).await.status, 303);
    assert_eq!(ada.get(&practice).await.status, 200, "it is gone on with");
}

#[tokio::test]
async fn a_second_quiz_has_a_page_and_attempts_of_its_own() {
    let server = server(with_finals("title: Finals\nattempts: 1\n")).await;
    let mut ada = server.student().await;
    assert!(ada.get("/").await.body.contains("href=\"/quizzes/finals\""));
    assert!(ada.get("/quizzes/finals").await.body.contains("action=\"/quizzes/finals/attempts\""));
    let started = ada.post("/quizzes/finals/attempts", &[]).await;
    assert_eq!(started.status, 303, "{}", started.body);
    let path = started.header("location").to_owned();
    assert_eq!(ada.post(&format!("{path}/submit"), &[("a1", "commit"), ("a2", "0")]).await.status, 303);
    let result = ada.get(&path).await.body;
    assert!(result.contains("href=\"/quizzes/finals\">Finals</a>"), "{result}");
    assert!(!result.contains("Try again"), "it has one attempt: {result}");
    assert_eq!(ada.post("/quizzes/finals/attempts", &[]).await.status, 409);
    let practice = ada.get("/quiz").await.body;
    assert!(
        practice.contains("<h1>Practice") && practice.contains("action=\"/quizzes/week-3/attempts\""),
        "{practice}"
    );
    let unknown = ada.get("/quizzes/final").await;
    assert!(unknown.status == 404 && unknown.body.contains("href=\"/quizzes/finals\""), "{}", unknown.body);
    server.enrol("ines", Role::Instructor).await;
    let book = server.signed_in("ines").await.get("/teach/gradebook").await.body;
    assert!(book.contains("Finals") && book.contains("/teach/quizzes/finals"), "{book}");

    let mut ines = server.signed_in("ines").await;
    ines.get("/teach/quizzes/finals").await;
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(ines.post("/teach/quizzes/finals/attempts", &[("student", "ada")]).await.status);
    }
    assert_eq!(statuses, [303, 409], "a second click gives no second attempt");
    assert_eq!(ada.post("/quizzes/finals/attempts", &[]).await.status, 303);
}
