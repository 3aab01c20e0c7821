//! The first start without demo mode: one administrator, whose password is printed once.

use std::fs;
use std::path::Path;

use crate::browser::Browser;
use crate::server::Server;

/// The printed password: the indented line.
fn password(greeting: &str) -> Option<&str> {
    greeting.lines().find_map(|line| line.strip_prefix("  "))
}

fn holds(folder: &Path, word: &str) -> bool {
    let found = |path: &Path| {
        let bytes = fs::read(path).expect("a file");
        bytes.windows(word.len()).any(|window| window == word.as_bytes())
    };
    fs::read_dir(folder).expect("a folder").flatten().any(|entry| match entry.path() {
        path if path.is_dir() => holds(&path, word),
        path => found(&path),
    })
}

#[tokio::test]
async fn the_first_start_prints_one_administrators_password_and_the_second_start_nothing() {
    let data = tempfile::tempdir().expect("a folder");
    let first = Server::with(data.path(), &[]).stop();
    assert_eq!(first.status, 0, "{first:?}");
    let password = password(&first.out).expect("a password").to_owned();
    assert!(password.len() >= 20 && first.out.contains("`admin`"), "{}", first.out);
    assert!(!first.err.contains(&password), "not in the log");
    assert!(!holds(data.path(), &password), "not on disk");

    let server = Server::with(data.path(), &[]);
    let mut admin = Browser::new(&server);
    assert_eq!(admin.sign_in("admin", "wrong").await.status, 401);
    assert_eq!(admin.sign_in("admin", &password).await.status, 303);
    assert_eq!(admin.get("/teach/gradebook").await.status, 200, "an administrator may look");
    let mut stranger = Browser::new(&server);
    assert_eq!(stranger.sign_in("ines", "instructor-demo").await.status, 401, "no sample class outside demo mode");
    let second = server.stop();
    assert_eq!((second.status, self::password(&second.out)), (0, None), "{}", second.out);
    assert_eq!(second.out.lines().count(), 1, "the address and nothing else: {}", second.out);
}

#[test]
fn two_first_starts_have_two_passwords() {
    let start = || {
        let data = tempfile::tempdir().expect("a folder");
        password(&Server::with(data.path(), &[]).stop().out).expect("a password").to_owned()
    };
    assert_ne!(start(), start());
}

#[test]
fn demo_mode_prints_the_sign_ins_of_an_instructor_and_three_students() {
    let data = tempfile::tempdir().expect("a folder");
    let ran = Server::demo(data.path(), &[]).stop();
    let lines: Vec<&str> = ran.out.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let of = |role: &str| lines.iter().filter(|line| line.starts_with(role)).count();
    assert_eq!((lines.len(), of("instructor"), of("student")), (4, 1, 3), "{}", ran.out);
}

#[tokio::test]
async fn the_data_folder_of_a_demonstration_is_served_in_earnest_without_its_passwords() {
    let data = tempfile::tempdir().expect("a folder");
    let demonstration = Server::demo(data.path(), &[]);
    let ines = Browser::signed_in(&demonstration, "ines").await;
    demonstration.stop();
    let server = Server::with(data.path(), &[]);
    let mut stranger = Browser::new(&server);
    assert_eq!(stranger.sign_in("ines", "instructor-demo").await.status, 401);
    let mut kept = ines.at(&server);
    assert_ne!(kept.get("/teach/gradebook").await.status, 200, "a session of the demonstration is over, too");
    let printed = server.stop().out;
    assert!(password(&printed).is_some(), "somebody can sign in: {printed}");
}
