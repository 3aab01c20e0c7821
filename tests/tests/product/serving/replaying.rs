//! A report is made again: by its token beside the running server, and from a bundle in another folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;

use super::publishing::hand_in;
use crate::browser::Browser;
use crate::command_line::check::small_course;
use crate::program::{Ran, command, finish, parsed, sandbar, shown};
use crate::server::Server;

const FORMATS: [&str; 5] = ["json", "text", "junit", "gradescope", "github"];

/// Makes a report again, from a folder with nothing of the server in it.
fn replay(of: &str, from: &Path, more: &[&str]) -> Ran {
    let mut command = command(&[&["grade", "--replay", of], more].concat());
    finish(command.current_dir(from).spawn().expect("the program starts"))
}

/// The bundle with some files changed.
fn tampered(bundle: &Path, to: &Path, change: impl Fn(&str, String) -> String) {
    let mut archive = zip::ZipArchive::new(File::open(bundle).expect("a file")).expect("an archive");
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("an entry");
        let mut text = String::new();
        entry.read_to_string(&mut text).expect("text");
        files.insert(entry.name().to_owned(), text);
    }
    let mut writer = zip::ZipWriter::new(File::create(to).expect("a file"));
    for (name, text) in files {
        writer.start_file(name.as_str(), SimpleFileOptions::default()).expect("an entry");
        writer.write_all(change(&name, text).as_bytes()).expect("it is written");
    }
    writer.finish().expect("an archive");
}

/// A class whose first submission has 88 points under a release that is served no more.
async fn class(data: &Path) -> (Server, Browser) {
    let content = tempfile::tempdir().expect("a folder");
    let server = Server::demo(data, &["--content", &shown(&small_course(content.path()))]);
    let mut ada = Browser::signed_in(&server, "ada").await;
    hand_in(&mut ada, "wrong/price_only.sql").await;
    assert_eq!(server.stop().status, 0);
    let lab = content.path().join("labs/delta/lab.yml");
    let text = fs::read_to_string(&lab).expect("the lab");
    fs::write(&lab, text.replace("title: A Delta table", "title: A later table")).expect("it is written");
    let server = Server::demo(data, &["--content", &shown(content.path())]);
    let ines = Browser::signed_in(&server, "ines").await;
    (server, ines)
}

#[tokio::test]
async fn token_and_bundle_give_the_bytes_of_the_stored_report_in_every_format() {
    let (data, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (_server, mut ines) = class(data.path()).await;
    let page = ines.get("/teach/submissions/1").await.body;
    assert!(page.contains("/teach/submissions/1/replay.zip") && page.contains("Download for replay"), "{page}");
    let stored = ines.get("/teach/submissions/1/report.json").await.body;
    let report = parsed(&stored);
    assert_eq!(
        (&report["score"], report["title"].as_str().map(|it| it.starts_with("A Delta"))),
        (&88.into(), Some(true))
    );
    let token = report["replay"].as_str().expect("a token");
    let bundle = elsewhere.path().join("downloaded.zip");
    fs::write(&bundle, ines.download("/teach/submissions/1/replay.zip").await).expect("it is written");
    let made = elsewhere.path().join("made.zip");
    for of in ["1", token] {
        let (data, made) = (shown(data.path()), shown(&made));
        let ran = sandbar(&["bundle", of, "--data", &data, "--output", &made]);
        assert_eq!(ran.status, 0, "{ran:?}");
        assert!(ran.out.contains(token), "{ran:?}");
        assert_eq!(fs::read(&made).expect("it is there"), fs::read(&bundle).expect("it is there"), "the same bundle");
    }

    let data = shown(data.path());
    for format in FORMATS {
        let by_token = replay(token, elsewhere.path(), &["--data", &data, "--format", format]);
        let by_bundle = replay(&shown(&bundle), elsewhere.path(), &["--format", format]);
        assert_eq!((by_token.status, by_bundle.status), (1, 1), "{by_token:?} {by_bundle:?}");
        assert_eq!(by_token.out, by_bundle.out, "{format}");
        if format == "json" {
            assert_eq!(by_bundle.out, stored);
        }
    }
    assert_eq!(replay(&shown(&bundle), elsewhere.path(), &["--min-score", "88"]).status, 0);
}

#[tokio::test]
async fn changed_files_and_another_engine_are_refused_by_name() {
    let (data, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let (_server, ines) = class(data.path()).await;
    let bundle = elsewhere.path().join("ada.zip");
    fs::write(&bundle, ines.download("/teach/submissions/1/replay.zip").await).expect("it is written");
    let engine = sandbar(&["--version"]).out.trim().replace("sandbar ", "");
    let other = elsewhere.path().join("other.zip");
    let cases: [(&str, &str, &str, &str); 4] = [
        ("release/labs/delta/lab.yml", "title: A Delta", "title: My Delta", "The course's files were changed"),
        ("submission/notebook.sql", "UPDATE", "update", "The submission's files were changed"),
        ("bundle.json", &format!(":{engine}:"), ":0.0.7:", "was made by sandbar 0.0.7, and this is sandbar"),
        ("bundle.json", "\"bundle\": 1", "\"bundle\": 9", "its form is 9"),
    ];
    for (file, from, to, told) in cases {
        tampered(&bundle, &other, |name, text| if name == file { text.replacen(from, to, 1) } else { text });
        let ran = replay(&shown(&other), elsewhere.path(), &[]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{file}: {ran:?}");
        assert!(ran.err.contains(told) && ran.err.contains("try: "), "{told} in {}", ran.err);
    }
    tampered(&bundle, &other, |_, text| text);
    assert_eq!(replay(&shown(&other), elsewhere.path(), &[]).status, 1, "packed again it is the same");
}

#[tokio::test]
async fn what_is_no_bundle_and_no_known_token_is_told_with_what_to_do() {
    let (data, elsewhere) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    assert_eq!(Server::demo(data.path(), &[]).stop().status, 0);
    let data = shown(data.path());
    fs::write(elsewhere.path().join("notes.txt"), "Dear diary").expect("it is written");
    let token = format!("sandbar:1:0123456789abcdef:7:0.1.0:{}", "0".repeat(64));
    let cases: [(&[&str], &str); 7] = [
        (&["missing.zip"], "the bundle missing.zip cannot be read"),
        (&["notes.txt"], "The archive cannot be read"),
        (&["sandbar:1:short", "--data", &data], "a replay token reads"),
        (&[&token], "a token names its files"),
        (&[&token, "--data", &data], "no submission has the hash"),
        (&[&token, "--data", "."], ". is no data folder of a server"),
        (&["notes.txt", "--data", &data], "takes no --data"),
    ];
    for (arguments, told) in cases {
        let ran = replay(arguments[0], elsewhere.path(), &arguments[1..]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        assert!(ran.err.contains(told), "{told} in {}", ran.err);
    }
    let both = sandbar(&["grade", "delta", "ada.sql", "--replay", "ada.zip"]);
    assert!(both.status == 2 && both.err.contains("--replay"), "{both:?}");
    let nobody = sandbar(&["bundle", "7", "--data", &data]);
    assert!(nobody.status == 2 && nobody.err.contains("there is no submission 7"), "{nobody:?}");
    assert_eq!(sandbar(&["bundle", "seven", "--data", &data]).status, 2);
}
