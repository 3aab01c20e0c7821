use super::*;
use crate::store::quiz_attempts::{self, QuizOf};

#[tokio::test]
async fn the_overview_has_the_nine_topics_in_order() {
    let server = Server::new().await;
    let page = server.student().await.get("/").await;
    let places: Vec<Option<usize>> =
        server.app.course.topics.iter().map(|topic| page.body.find(&format!("{}</", escaped(&topic.title)))).collect();
    assert_eq!(places.len(), 9);
    assert!(places.iter().all(Option::is_some), "{places:?}");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&#38;")
}

#[tokio::test]
async fn every_lesson_and_lab_is_a_page() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    for topic in &server.app.course.topics {
        let path = crate::pages::href(&server.app, topic);
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains("<h1"), "{path}");
    }
    for path in ["/progress", "/labs/workflows/jobs/job"] {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_lab_says_what_it_promises_and_how_it_grades_before_any_work_is_done() {
    let server = Server::new().await;
    let page = server.student().await.get("/labs/delta").await;
    let lab = server.app.course.lab("delta").unwrap();
    for promise in &lab.promises {
        assert!(page.body.contains(promise), "{promise}");
    }
    // Made from what the checks themselves read: the tolerance of a contract, the range of generated numbers.
    for term in ["numbers at most 0.005 apart", "is a whole number from 1 to 200", "are compared in any order"] {
        assert!(page.body.contains(term), "{term}");
    }
    assert_eq!(page.body.matches("on other data</span>").count(), 3);
}

#[tokio::test]
async fn a_lesson_that_was_read_is_done_and_leads_to_the_next() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    let slugs: Vec<&str> = server.app.course.topics.iter().map(|topic| topic.slug.as_str()).take(2).collect();
    browser.get(&format!("/lessons/{}", slugs[0])).await;
    let next = browser.post(&format!("/lessons/{}/done", slugs[0]), &[]).await;
    assert_eq!(next.header("location"), format!("/lessons/{}", slugs[1]));
    assert!(browser.get("/").await.body.contains("Read"));
}

#[tokio::test]
async fn a_quiz_is_started_answered_and_scored() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/quiz").await;
    let started = browser.post("/quizzes/week-3/attempts", &[]).await;
    let path = started.header("location").to_owned();
    let page = browser.get(&path).await;
    assert!(page.body.contains("sb-quiz"), "{}", page.body);
    let (first, answer) = right_answer(&server).await;
    let fields: Vec<(&str, &str)> = answer.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = browser.fetch(&format!("{path}/answers"), &fields).await;
    assert_eq!(saved.status, 204);
    assert!(!saved.header("x-saved-at").is_empty());
    assert_eq!(browser.post(&format!("{path}/submit"), &[]).await.status, 303);
    let result = browser.get(&path).await;
    assert!(result.body.contains("data-outcome=\"right\""), "{first}: {}", result.body);
    assert_eq!(browser.fetch(&format!("{path}/answers"), &fields).await.status, 409, "it is over");
    assert!(browser.get("/quiz").await.body.contains("1 of 12"));
}

/// The form fields that answer one question of the running attempt rightly.
async fn right_answer(server: &Server) -> (String, Vec<(String, String)>) {
    use sandbar_quizzes::scoring::Expected;
    let user = users::credentials(&server.app.store, "ada").await.unwrap().unwrap().id;
    let of = QuizOf { user, course: server.app.course_id, quiz: "week-3" };
    let seed = quiz_attempts::of_quiz(&server.app.store, of).await.unwrap()[0].seed;
    let quiz = &server.app.course.quiz("week-3").unwrap().quiz;
    let scored = sandbar_quizzes::score(quiz, &Default::default(), seed);
    let answer = scored.questions.iter().enumerate().find_map(|(index, question)| match &question.expected {
        Expected::Options(places) => {
            let name = format!("a{}", index + 1);
            Some((question.id.clone(), places.iter().map(|place| (name.clone(), place.to_string())).collect()))
        }
        _ => None,
    });
    answer.unwrap()
}

#[tokio::test]
async fn the_gradebook_lists_every_student_and_its_csv_holds_no_formula() {
    let server = Server::new().await;
    server.enrol("ada", Role::Student).await;
    let hash = password::hash(PASSWORD).unwrap();
    let evil = users::ensure(&server.app.store, "eve", "=HYPERLINK(\"evil\")", &hash, store::now()).await.unwrap();
    enrolments::put(&server.app.store, evil, server.section, Role::Student, store::now()).await.unwrap();
    server.enrol("ines", Role::Instructor).await;
    let mut ines = server.signed_in("ines").await;
    let page = ines.get("/teach/gradebook").await;
    assert!(page.body.contains("ada Example") && !page.body.contains("ines Example</th"), "{}", page.body);
    let csv = ines.get("/teach/gradebook.csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(csv.body.lines().count(), 3);
    assert!(csv.body.contains("\"'=HYPERLINK(\"\"evil\"\")\""), "{}", csv.body);
}

#[tokio::test]
async fn health_tells_alive_from_ready() {
    let server = Server::new().await;
    let mut browser = server.browser();
    assert_eq!(browser.get("/healthz").await.status, 200);
    let ready = browser.get("/readyz").await;
    assert_eq!((ready.status, ready.body.as_str()), (503, "the engine has not started\n"));
}
