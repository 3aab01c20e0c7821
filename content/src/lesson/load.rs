//! A lesson with what lies in its folder: its walkthrough, its media and its exercise.

use std::collections::BTreeMap;
use std::sync::Arc;

use sandbar_labs::authored::yaml;
use sandbar_labs::diagnostic::Finding;

use super::Lesson;
use crate::files::Files;
use crate::lab::{self, Lab};
use crate::walkthrough;

/// The exercise's folder in a lesson's folder.
const EXERCISE: &str = "exercise";
/// What an exercise may take.
const MAX_MINUTES: u32 = 3;

/// What can be read of `lessons/{slug}.md` and the folder `lessons/{slug}`; and every mistake in these files with its line, and
/// every file that the head names and that is not there.
pub fn load(files: &Files, slug: &str) -> (Option<Lesson>, Vec<Finding>) {
    let file = format!("lessons/{slug}.md");
    let (lesson, mut findings) = match files.text(&file) {
        Ok(text) => super::parse_all(slug, text, &file),
        Err(finding) => (None, vec![finding]),
    };
    let lesson = lesson.map(|lesson| with_folder(files, lesson, &file, &mut findings));
    (lesson, findings)
}

/// The lesson with what lies in its folder.
fn with_folder(files: &Files, mut lesson: Lesson, file: &str, findings: &mut Vec<Finding>) -> Lesson {
    let slug = lesson.slug.clone();
    let walkthrough = format!("lessons/{slug}/{}", walkthrough::FILE);
    if files.get(&walkthrough).is_some() {
        match files
            .text(&walkthrough)
            .map_err(|finding| vec![finding])
            .and_then(|text| walkthrough::parse(text, &walkthrough))
        {
            Ok(read) => lesson.walkthrough = Some(read),
            Err(found) => findings.extend(found),
        }
    }
    let named: Vec<String> = lesson.video.iter().flat_map(|video| video.files()).map(str::to_owned).collect();
    for name in named {
        let path = format!("lessons/{slug}/{name}");
        match files.get(&path) {
            Some(bytes) => drop(lesson.media.insert(name, Arc::from(bytes))),
            None => {
                let line = line_of(files, file, &name);
                findings.push(Finding { line, ..files.missing(&path).in_file(file) });
            }
        }
    }
    let folder = format!("lessons/{slug}/{EXERCISE}");
    if files.below(&folder).next().is_some() {
        match exercise(files, folder, &slug) {
            Ok(read) => lesson.exercise = Some(read),
            Err(found) => findings.extend(found),
        }
    }
    lesson
}

/// The line on which the lesson's head names that file of its video.
fn line_of(files: &Files, lesson: &str, name: &str) -> Option<u32> {
    let (head, ..) = super::split_head(files.text(lesson).ok()?)?;
    let root = yaml::parse(head).ok()?;
    let named = root.get("video")?.entries().iter().find(|entry| entry.value.as_text() == Some(name))?;
    // Above the head stands the line that begins it.
    Some(named.value.position.line + 1)
}

/// # Errors
/// Every mistake in the exercise's files, and that it asks for more than an exercise may.
fn exercise(files: &Files, folder: String, slug: &str) -> Result<Lab, Vec<Finding>> {
    let file = format!("{folder}/{}", lab::FILE);
    let lab = lab::load_from(files, folder, slug)?;
    let root = files.text(&file).and_then(yaml::parse).map_err(|finding| vec![finding.in_file(&file)])?;
    let mut findings = Vec::new();
    let mut refuse = |path: &str, message: String| {
        findings.push(Finding::error("NO_EXERCISE", path, message).at(root.locate(path)).in_file(&file));
    };
    if lab.tasks.len() != 1 || !lab.definition.rubric.submission.titled_tasks {
        refuse("tasks", "An exercise has one task, and `titled_tasks: true`.".to_owned());
    }
    if lab.minutes > MAX_MINUTES {
        refuse("minutes", format!("An exercise takes {MAX_MINUTES} minutes at most."));
    }
    if !matches!(lab.starter.as_slice(), [starter] if starter.path.ends_with(".sql")) {
        refuse("starter", "An exercise starts with one notebook, a .sql file.".to_owned());
    }
    if findings.is_empty() { Ok(lab) } else { Err(findings) }
}

/// Names of the files in a lesson's folder that something reads.
pub fn is_read(lesson: &Lesson, name: &str) -> bool {
    let in_exercise = lesson.exercise.is_some() && name.starts_with("exercise/");
    in_exercise || name == walkthrough::FILE || lesson.media.contains_key(name)
}

/// Media by the names of their files.
pub type Media = BTreeMap<String, Arc<[u8]>>;
