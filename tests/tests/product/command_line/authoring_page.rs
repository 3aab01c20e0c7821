//! `docs/authoring.md`: its commands run and its files are written, in the order of the page.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::program;
use crate::server::Server;

/// Part of the page.
#[derive(Debug)]
enum Block {
    Commands(String),
    /// The arguments of a server that runs while the page goes on.
    Served(Vec<String>),
    File {
        path: String,
        text: String,
    },
}

/// The fences of the page that are commands or files.
fn blocks(page: &str) -> Vec<Block> {
    let mut lines = page.lines();
    let mut blocks = Vec::new();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let mark = if info.starts_with('`') { "````" } else { "```" };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != mark).collect();
        let text = body.join("\n") + "\n";
        match info.trim_start_matches('`').split_once(' ') {
            None if info == "sh" => blocks.push(Block::Commands(text)),
            Some(("sh", "serve")) => {
                let words = text.split_whitespace().skip(2).map(str::to_owned);
                blocks.push(Block::Served(words.collect()));
            }
            Some((_, file)) => {
                let path = file.strip_prefix("file=").expect("a file's name").to_owned();
                blocks.push(Block::File { path, text });
            }
            None => panic!("{info} is neither a command nor a file"),
        }
    }
    blocks
}

/// Every line as a shell runs it, with the program on the path; gives what was printed.
fn run(folder: &Path, commands: &str) -> String {
    let bin = program::path().parent().expect("a folder").display().to_string();
    let mut out = String::new();
    for line in commands.lines() {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", line]).current_dir(folder).stdin(Stdio::null());
        command.env_clear().env("PATH", format!("{bin}:/usr/bin:/bin"));
        let ran = command.output().expect("a shell");
        assert!(ran.status.success(), "{line}: {}", String::from_utf8_lossy(&ran.stderr));
        out += &String::from_utf8_lossy(&ran.stdout);
    }
    out
}

/// A server with the page's arguments, on a free port.
fn serve(folder: &Path, arguments: &[String]) -> Server {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = program::command(&[&["serve", "--listen", "127.0.0.1:0"], words.as_slice()].concat());
    command.current_dir(folder);
    Server::of(command)
}

#[test]
fn the_page_builds_a_course_that_is_proved_and_published() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/authoring.md")).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    let (mut out, mut server, mut files) = (String::new(), None, 0);
    for block in blocks(&page) {
        match block {
            Block::Commands(commands) => out += &run(folder.path(), &commands),
            Block::Served(arguments) => server = Some(serve(folder.path(), &arguments)),
            Block::File { path, text } => {
                let target = folder.path().join(&path);
                assert!(target.is_file(), "`sandbar new` begins {path}");
                fs::write(target, text).expect("written");
                files += 1;
            }
        }
    }
    assert_eq!(files, 9, "every file of the page was written");
    assert_eq!(out.matches(": proved; ").count(), 6, "each check and the publishing: {out}");
    assert!(out.contains("1 lesson with 1 walkthrough and 1 snippet, 1 lab with 3 solutions"), "{out}");
    assert!(out.contains("is published") && out.contains("\"$schema\""), "{out}");
    assert_eq!(server.expect("it was served meanwhile").stop().status, 0);
}
