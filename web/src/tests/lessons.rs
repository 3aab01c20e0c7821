//! Lessons without an engine: what their pages still say, what is kept of a reader's way through them, and their media.

use sandbar_content::files::Files;

use super::*;

const LESSON: &str = "/lessons/time-travel";

#[tokio::test]
async fn without_an_engine_a_walkthrough_is_its_steps_as_text() {
    let server = Server::new().await;
    let page = server.student().await.get(LESSON).await;
    let lesson = server.app.course.lesson("time-travel").unwrap();
    let steps = &lesson.walkthrough.as_ref().unwrap().steps;
    assert!(page.body.contains("These are its steps") && !page.body.contains("<sb-film"));
    assert!(page.body.contains(&steps[0].caption), "{}", page.body);
    assert!(page.body.contains("<span class=\"t-keyword\">DELETE</span>"));
    assert!(page.body.contains("<sb-log"), "the place of the reader's own log");
}

#[tokio::test]
async fn what_was_done_of_a_lesson_is_shown_and_the_week_goes_on_there() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    ada.get(LESSON).await;
    let step = |step: &'static str| [("step", step)];
    let path = format!("{LESSON}/walkthrough");
    assert_eq!(ada.fetch(&path, &step("3")).await.status, 204);
    assert!(!ada.get("/").await.body.contains("Walkthrough seen"), "not to its end");
    assert_eq!(ada.fetch(&path, &step("999")).await.status, 204, "the last step there is");
    let week = ada.get("/").await.body;
    assert!(week.contains("Walkthrough seen, 0 of"), "{week}");
    assert!(week.contains(&format!("href=\"{LESSON}#snippet-1\"")), "{week}");
    assert!(ada.get(LESSON).await.body.contains("Walkthrough seen, 0 of"));
}

#[tokio::test]
async fn a_lesson_is_taken_up_at_the_place_where_the_reader_was() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let first = ada.get(LESSON).await.body;
    assert!(!first.contains("when you were here last"), "{first}");
    let heading = server.app.course.lesson("time-travel").unwrap().headings[1].clone();
    let path = format!("{LESSON}/place");
    for (place, text) in
        [(heading.id.as_str(), heading.text.as_str()), ("question-1", "Question 1"), ("exercise", "Exercise")]
    {
        assert_eq!(ada.fetch(&path, &[("place", place)]).await.status, 204);
        assert!(ada.get("/").await.body.contains(&format!("href=\"{LESSON}#{place}\"")), "{place}");
        let page = server.signed_in("ada").await.get(LESSON).await.body;
        assert!(page.contains(&format!("<a href=\"#{place}\">{text}</a>")), "on another device: {page}");
    }
    for top in ["", "snippet-99", "\"><script>"] {
        assert_eq!(ada.fetch(&path, &[("place", top)]).await.status, 204);
        assert!(!ada.get(LESSON).await.body.contains("when you were here last"), "{top}");
    }
    assert_eq!(ada.fetch("/lessons/nowhere/place", &[("place", "x")]).await.status, 404);
}

#[tokio::test]
async fn a_step_of_the_walkthrough_is_a_place_too() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    ada.get(LESSON).await;
    ada.fetch(&format!("{LESSON}/walkthrough"), &[("step", "3")]).await;
    assert!(ada.get("/").await.body.contains(&format!("href=\"{LESSON}#walkthrough\"")));
}

#[tokio::test]
async fn without_a_script_a_form_says_that_a_walkthrough_was_read() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    ada.get(LESSON).await;
    let answer = ada.post(&format!("{LESSON}/walkthrough"), &[("step", "99")]).await;
    assert_eq!((answer.status, answer.header("location")), (303, "/lessons/time-travel#walkthrough"));
    assert_eq!(ada.post("/lessons/nowhere/walkthrough", &[("step", "1")]).await.status, 404);
}

#[tokio::test]
async fn an_exercise_says_what_to_do_and_what_cannot_be_checked_now_is_no_failure() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let page = ada.get(LESSON).await;
    for text in ["Exercise: The way back", "formaction=\"/lessons/time-travel/exercise\"", "<strong>restore</strong>"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let checked = ada.fetch(&format!("{LESSON}/exercise"), &[("source", "SELECT 'mine'")]).await;
    assert_eq!(checked.status, 503, "{}", checked.body);
    assert!(ada.get(LESSON).await.body.contains("SELECT &#39;mine&#39;"), "the text is kept");
    assert_eq!(ada.get(&format!("{LESSON}/log")).await.status, 503);
}

/// A course of one lesson that opens with a video.
fn with_video(source: &str) -> Course {
    let lesson = format!(
        "---\ntitle: One\nminutes: 5\nsummary: First.\nvideo: {{ source: '{source}', captions: intro.vtt }}\n---\n\nText.\n"
    );
    let files: Vec<(String, Vec<u8>)> = [
        ("course.yml", "slug: c\ntitle: C\nsummary: S.\ntopics:\n  - lesson: one\n"),
        ("lessons/one.md", &lesson),
        ("lessons/one/intro.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>A log &amp; files.\n"),
        ("lessons/one/intro.mp4", "film"),
    ]
    .into_iter()
    .filter(|(path, _)| !path.ends_with(".mp4") || source == "intro.mp4")
    .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
    .collect();
    Course::from_files(&files.into_iter().collect::<Files>()).unwrap()
}

#[tokio::test]
async fn a_lessons_own_video_is_served_with_its_captions() {
    let server = Server::of(with_video("intro.mp4"), PageSettings::default()).await;
    let mut ada = server.student().await;
    let page = ada.get("/lessons/one").await;
    assert!(page.body.contains("<video controls preload=\"metadata\" src=\"/lessons/one/media/intro.mp4\">"));
    assert!(page.body.contains("<p>A log &amp; files.</p>"), "the transcript: {}", page.body);
    assert!(page.header("content-security-policy").contains("media-src 'self';"));
    let film = ada.get("/lessons/one/media/intro.mp4").await;
    assert_eq!((film.header("content-type"), film.body.as_str()), ("video/mp4", "film"));
    assert_eq!(ada.get("/lessons/one/media/intro.vtt").await.header("content-type"), "text/vtt; charset=utf-8");
    assert_eq!(ada.get("/lessons/one/media/other.mp4").await.status, 404);
    assert_ne!(server.browser().get("/lessons/one/media/intro.mp4").await.status, 200, "for those who are signed in");
}

#[tokio::test]
async fn a_video_goes_on_where_it_was_left_and_counts_once_it_was_seen() {
    let server = Server::of(with_video("intro.mp4"), PageSettings::default()).await;
    let mut ada = server.student().await;
    ada.get("/lessons/one").await;
    let path = "/lessons/one/walkthrough";
    assert_eq!(ada.fetch(path, &[("step", "42"), ("ended", "false")]).await.status, 204);
    let page = ada.get("/lessons/one").await.body;
    assert!(page.contains("intro.mp4#t=42") && !page.contains("Walkthrough seen"), "{page}");
    assert!(page.contains("I have seen or read it"), "{page}");
    assert_eq!(ada.fetch(path, &[("step", "60"), ("ended", "true")]).await.status, 204);
    let page = ada.get("/lessons/one").await.body;
    assert!(page.contains("src=\"/lessons/one/media/intro.mp4\"") && page.contains("Walkthrough seen"), "{page}");
}

#[tokio::test]
async fn media_of_another_server_may_be_played_on_its_lessons_page_only() {
    let server = Server::of(with_video("https://media.example/a/intro.mp4"), PageSettings::default()).await;
    let mut ada = server.student().await;
    let page = ada.get("/lessons/one").await;
    assert!(page.header("content-security-policy").contains("media-src 'self' https://media.example;"));
    assert!(page.body.contains("src=\"https://media.example/a/intro.mp4\""));
    assert!(ada.get("/").await.header("content-security-policy").contains("media-src 'self';"));
}

#[tokio::test]
async fn a_lesson_says_what_marking_it_does_and_what_is_kept_where() {
    let server = Server::new().await;
    let mut ada = server.student().await;
    let kept = "kept on the server with your account";
    let page = ada.get(LESSON).await.body;
    assert!(page.contains("This marks the lesson as read.") && page.contains(kept), "{page}");
    assert_eq!(ada.post(&format!("{LESSON}/done"), &[]).await.status, 303);
    let page = ada.get(LESSON).await.body;
    assert!(page.contains("You marked this lesson as read.") && page.contains(kept), "{page}");
}
