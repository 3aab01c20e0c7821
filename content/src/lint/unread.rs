//! Files that nothing of the course reads: a slip of a name, or something left over.

use std::collections::BTreeSet;

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::Finding;

use crate::course::{Course, FILE};
use crate::files::Files;
use crate::lab::{self, Lab};
use crate::{certification, glossary, walkthrough};

/// Files that are for people; they may lie anywhere. So may what begins with `_`, which is its author's own.
const FOR_PEOPLE: [&str; 4] = ["README.md", "LICENSE", "LICENSE.md", "NOTICE"];

/// Files beside the topics of the course, and files in labs' folders. Loading tells of the others.
pub(super) fn findings(files: &Files, course: &Course) -> Vec<Finding> {
    let read = read_by_labs(course);
    let silent = course.lessons.values().filter(|lesson| lesson.video.is_some() && lesson.walkthrough.is_some());
    let silent = silent.map(|lesson| format!("lessons/{}/{}", lesson.slug, walkthrough::FILE)).map(|file| {
        unread("The lesson opens with a video, so that nobody sees this walkthrough.")
            .with_hint("Take out `video` from the lesson's head, or delete this file.")
            .in_file(file)
    });
    let unread = files.iter().filter_map(|(path, _)| {
        let name = path.rsplit('/').next().unwrap_or_default();
        if FOR_PEOPLE.contains(&name) || path.split('/').any(|part| part.starts_with('_')) {
            return None;
        }
        let (folder, rest) = path.split_once('/').unwrap_or(("", path));
        match folder {
            "" => beside(rest),
            "lessons" | "labs" if rest.contains('/') => {
                let (slug, name) = rest.split_once('/')?;
                let (folder, lab) = match folder {
                    "labs" => (format!("labs/{slug}"), course.labs.get(slug)),
                    _ if name.starts_with("exercise/") => {
                        let lesson = course.lessons.get(slug);
                        (format!("lessons/{slug}/exercise"), lesson.and_then(|lesson| lesson.exercise.as_ref()))
                    }
                    _ => return None,
                };
                in_lab(path, &folder, lab, files, &read)
            }
            "lessons" => misplaced(rest, ".md"),
            "quizzes" => misplaced(rest, ".yml"),
            "labs" => Some(unread("Nothing of the course reads this file.").with_hint("A lab is a folder.")),
            _ => Some(
                unread("Nothing of the course reads this folder.")
                    .with_hint("Lessons, labs and quizzes have one each."),
            ),
        }
        .map(|finding| finding.in_file(path))
    });
    unread.chain(silent).collect()
}

fn unread(message: &str) -> Finding {
    Finding::error("UNUSED_FILE", "", message)
}

fn beside(name: &str) -> Option<Finding> {
    let known = [FILE, glossary::FILE, certification::FILE];
    let finding = || unread("Nothing of the course reads this file.");
    (!known.contains(&name)).then(|| match nearest(name, known) {
        Some(near) => finding().with_hint(format!("Did you mean `{near}`?")),
        None => finding(),
    })
}

/// A file that does not end as those of the folder do, or lies too deep.
fn misplaced(rest: &str, ending: &str) -> Option<Finding> {
    let is_stray = rest.contains('/') || !rest.ends_with(ending);
    is_stray.then(|| unread("Nothing of the course reads this file.").with_hint(format!("Files here end in {ending}.")))
}

/// Paths of files and folders that labs name, and whose solutions they are.
fn read_by_labs(course: &Course) -> BTreeSet<String> {
    course.labs.values().chain(course.exercises()).flat_map(of_lab).collect()
}

fn of_lab(lab: &Lab) -> impl Iterator<Item = String> {
    let rubric = &lab.definition.rubric;
    let named = rubric.starter.iter().chain(&rubric.given).chain(&rubric.datasets).map(|(_, path)| path.as_str());
    let proof = &rubric.proof;
    let right = proof.right.iter().map(|solution| solution.path.as_str());
    let wrong = proof.wrong.iter().map(|solution| solution.path.as_str());
    let of_checks = rubric.checks().flat_map(|(_, check)| [check.rule.component(), check.rule.quiz()]).flatten();
    let all = named.chain(right).chain(wrong).chain(of_checks).chain([proof.reference.as_str(), lab::FILE]);
    all.map(|path| format!("{}/{}", lab.folder, path.trim_end_matches('/'))).collect::<Vec<_>>().into_iter()
}

/// A file in a lab's folder, or in an exercise's.
fn in_lab(path: &str, folder: &str, loaded: Option<&Lab>, files: &Files, read: &BTreeSet<String>) -> Option<Finding> {
    if loaded.is_none() && files.get(&format!("{folder}/{}", lab::FILE)).is_some() {
        // What is wrong with a lab that could not be loaded is said already.
        return None;
    }
    let below = |known: &String| path.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('/'));
    if read.contains(path) || read.iter().any(below) {
        return None;
    }
    let finding = unread("The lab does not name this file.");
    Some(match nearest(path, read.iter().map(String::as_str)) {
        Some(near) => finding.with_hint(format!("Did you mean `{near}`?")),
        None => finding.with_hint("Name it in lab.yml, or let its name begin with `_` when it is for authors only."),
    })
}
