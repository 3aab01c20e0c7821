use super::*;
use crate::config::SIGN_IN_FAILURES_OF_ACCOUNT;

#[tokio::test]
async fn a_page_leads_to_the_sign_in_and_from_there_back() {
    let server = Server::new().await;
    server.enrol("ada", Role::Student).await;
    let mut browser = server.browser();
    let answer = browser.get("/labs/delta?file=x").await;
    assert_eq!((answer.status, answer.header("location")), (303, "/sign-in?next=/labs/delta%3Ffile%3Dx"));
    let page = browser.get(answer.header("location")).await;
    assert!(page.body.contains("value=\"/labs/delta?file=x\""), "{}", page.body);
    let fields = [("login", "ada"), ("password", PASSWORD), ("next", "/labs/delta?file=x")];
    assert_eq!(browser.post("/sign-in", &fields).await.header("location"), "/labs/delta?file=x");
    assert_eq!(browser.get("/").await.status, 200);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_answered_alike() {
    let server = Server::new().await;
    server.enrol("ada", Role::Student).await;
    let wrong = server.browser().sign_in("ada", "wrong").await;
    let unknown = server.browser().sign_in("eve", "wrong").await;
    assert_eq!((wrong.status, unknown.status), (401, 401));
    let message = "Login and password do not match.";
    assert!(wrong.body.contains(message) && unknown.body.contains(message));
    assert!(wrong.body.contains("value=\"ada\""), "the login stays in the form");
    assert!(!wrong.body.contains("value=\"wrong\""));
}

#[tokio::test]
async fn the_session_changes_its_id_and_its_token_with_the_sign_in() {
    let server = Server::new().await;
    server.enrol("ada", Role::Student).await;
    let mut browser = server.browser();
    browser.get("/sign-in").await;
    let (cookie, token) = (browser.cookie.clone(), browser.token.clone());
    browser.sign_in("ada", PASSWORD).await;
    browser.get("/").await;
    assert_ne!(browser.cookie, cookie);
    assert_ne!(browser.token, token);
    let mut fixated = server.browser();
    fixated.cookie = cookie;
    assert_eq!(fixated.get("/").await.status, 303, "whoever knew the old id is nobody");
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let server = Server::new().await;
    let mut browser = server.student().await;
    browser.get("/").await;
    let copy = browser.cookie.clone();
    assert_eq!(browser.post("/sign-out", &[]).await.header("location"), "/sign-in");
    browser.cookie = copy;
    assert_eq!(browser.get("/").await.status, 303);
}

#[tokio::test]
async fn the_cookie_cannot_be_read_by_scripts_or_sent_from_other_sites() {
    let server = Server::new().await;
    let set = server.browser().get("/sign-in").await.header("set-cookie").to_owned();
    assert!(set.starts_with("sandbar=") && set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    let server = Server::with(PageSettings { https: true, ..PageSettings::default() }).await;
    let answer = server.browser().get("/sign-in").await;
    let set = answer.header("set-cookie");
    assert!(set.starts_with("__Host-sandbar=") && set.contains("Secure"), "{set}");
    assert!(!answer.header("strict-transport-security").is_empty());
}

#[tokio::test]
async fn guessing_is_braked_for_the_account_and_the_right_password_has_to_wait_too() {
    let server = Server::new().await;
    server.enrol("ada", Role::Student).await;
    server.enrol("bela", Role::Student).await;
    let mut browser = server.browser();
    for _ in 0..SIGN_IN_FAILURES_OF_ACCOUNT {
        assert_eq!(browser.sign_in("ada", "wrong").await.status, 401);
    }
    let braked = browser.sign_in("Ada ", PASSWORD).await;
    assert_eq!(braked.status, 429);
    assert!(braked.body.contains("Too many wrong passwords. Wait 1"), "{}", braked.body);
    assert_eq!(browser.sign_in("bela", PASSWORD).await.status, 303, "others are not held up");
}

#[tokio::test]
async fn somebody_without_an_enrolment_sees_nothing_of_the_course() {
    let server = Server::new().await;
    server.add("eve").await;
    let mut browser = server.signed_in("eve").await;
    for path in ["/", "/labs/delta", "/quiz", "/progress", "/teach/gradebook"] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.body.contains("not enrolled"), "{}", answer.body);
    }
}

#[tokio::test]
async fn the_sample_class_is_shown_in_demo_mode_only() {
    let demo = Server::with(PageSettings { demo: true, ..PageSettings::default() }).await;
    assert!(demo.browser().get("/sign-in").await.body.contains(crate::demo::CLASS[0].password));
    let real = Server::new().await;
    assert!(!real.browser().get("/sign-in").await.body.contains(crate::demo::CLASS[0].password));
}

#[tokio::test]
async fn with_a_password_that_everybody_knows_nobody_signs_in_outside_demo_mode() {
    for in_demo in [true, false] {
        let server = Server::with(PageSettings { demo: in_demo, ..PageSettings::default() }).await;
        crate::demo::enrol_class(&server.app.store, server.section).await.unwrap();
        let account = &crate::demo::CLASS[0];
        let status = server.browser().sign_in(account.login, account.password).await.status;
        assert_eq!(status, if in_demo { 303 } else { 401 });
    }
}
