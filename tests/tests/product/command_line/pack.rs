//! `sandbar pack --student`: what students get works on its own, and holds nothing that gives an answer away.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::program::{course, folder_of, parsed, sandbar, shown};

/// What must not be in a pack.
const MARKER: &str = "PLANTED";

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect()
}

fn copy(from: &Path, to: &Path) {
    for file in files_below(from) {
        let target = to.join(file.strip_prefix(from).expect("it is below"));
        fs::create_dir_all(target.parent().expect("a folder around it")).expect("it is made");
        fs::copy(&file, target).expect("it is copied");
    }
}

/// The text with a marker in every reference, every mistake, every hidden check, the proof and a comment; and how many.
fn planted(lab: &str) -> (String, usize) {
    let (mut text, mut count, mut hidden, mut mistakes) = (String::new(), 0, false, false);
    for line in lab.lines() {
        let (indent, field) = line.split_at(line.len() - line.trim_start().len());
        let inner = indent.len() >= 6;
        hidden = (hidden && indent.len() >= 8 && !field.starts_with("- id:")) || field == "visibility: hidden";
        mistakes = (mistakes && (indent.len() > 8 || field.is_empty())) || field.starts_with("mistakes:");
        let is_query = field.starts_with("reference:") || field.starts_with("sql:");
        let of_mistake = mistakes && (field.starts_with("say:") || field.starts_with("next_step:"));
        let of_hidden = hidden && (field.starts_with("claim:") || field.starts_with("next_step:"));
        let planted = match field {
            _ if is_query && inner && field.ends_with('|') => {
                let deeper = " ".repeat(indent.len() + 2);
                format!("{line}\n{deeper}-- {MARKER}")
            }
            _ if is_query && inner && !field.contains('*') => format!("{line} -- {MARKER}"),
            _ if (of_mistake || of_hidden) && !field.ends_with('"') => format!("{line} {MARKER}"),
            _ if field.starts_with("product_name: { words: [") => {
                line.replace("words: [", &format!("words: [{MARKER}, "))
            }
            _ => line.to_owned(),
        };
        count += usize::from(planted != line);
        text.push_str(&planted);
        text.push('\n');
    }
    (format!("{text}# {MARKER}\n"), count)
}

/// A copy of the course with markers in everything that students must not have.
fn planted_course(folder: &Path) {
    copy(&course(), folder);
    for (lab, least) in [("delta", 40), ("workflows", 40)] {
        let lab = folder.join("labs").join(lab);
        let (text, count) = planted(&fs::read_to_string(lab.join("lab.yml")).expect("it is there"));
        assert!(count >= least, "{count} markers in {}", lab.display());
        fs::write(lab.join("lab.yml"), text).expect("it is written");
        let answers =
            ["reference", "right", "wrong"].iter().map(|name| lab.join(name)).flat_map(|part| files_below(&part));
        let unseen = ["datasets/other_orders.yml", "datasets/gold.yml"].iter().map(|name| lab.join(name));
        for file in answers.chain(unseen.filter(|file| file.is_file())) {
            let comment = if file.extension().is_some_and(|ending| ending == "sql") { "--" } else { "#" };
            let text = fs::read_to_string(&file).expect("text");
            fs::write(&file, format!("{text}\n{comment} {MARKER}\n")).expect("it is written");
        }
    }
}

/// The files of a pack, and what was said.
fn packed(course: &Path, lab: &str, to: &Path) -> String {
    let ran = sandbar(&["pack", "--student", lab, &shown(to), "--course", &shown(course)]);
    assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{}", ran.out);
    ran.out
}

/// The files that hold the text, in their bytes or their names.
fn holding(text: &str, folder: &Path) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let bytes = fs::read(path).expect("a file");
        shown(path).contains(text) || bytes.windows(text.len()).any(|part| part == text.as_bytes())
    };
    files_below(folder).into_iter().filter(holds).collect()
}

#[test]
fn no_byte_of_a_pack_or_its_report_is_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let course = folder.path().join("course");
    planted_course(&course);
    for (lab, reference) in [("delta", "reference/solution.sql"), ("workflows", "reference")] {
        let pack = folder.path().join(lab);
        packed(&course, lab, &pack);
        assert!(!holding("sandbar grade", &pack).is_empty(), "it can be searched");
        assert_eq!(holding(MARKER, &pack), Vec::<PathBuf>::new());
        let solution = crate::program::course().join("labs").join(lab).join(reference);
        for wrong in [shown(&solution), shown(&pack.join("work"))] {
            let ran = sandbar(&["grade", &shown(&pack.join("labs").join(lab)), &wrong, "--format", "json"]);
            assert!(ran.status < 2 && ran.out.contains("public points of 100"), "{ran:?}");
            assert!(!ran.out.contains(MARKER), "{}", ran.out);
        }
    }
}

#[test]
fn what_is_planted_in_the_open_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let course = folder.path().join("course");
    copy(&crate::program::course(), &course);
    let starter = course.join("labs/delta/starter.sql");
    let text = fs::read_to_string(&starter).expect("it is there");
    fs::write(&starter, format!("{text}-- {MARKER}\n")).expect("it is written");
    let pack = folder.path().join("pack");
    packed(&course, "delta", &pack);
    assert_eq!(holding(MARKER, &pack).len(), 2, "as a lab's file and as work");
}

#[test]
fn a_pack_grades_with_the_public_points_added_up_again() {
    let folder = tempfile::tempdir().expect("a folder");
    for (lab, (points, public), checks, reference) in
        [("delta", (66, 87), "24 of 31", "reference/solution.sql"), ("workflows", (58, 100), "14 of 22", "reference")]
    {
        let pack = folder.path().join(lab);
        let told = packed(&course(), lab, &pack);
        assert!(
            told.starts_with(&format!("{lab}: {checks} checks, {points} of {public} public points of 100, ")),
            "{told}"
        );
        let solution = shown(&course().join("labs").join(lab).join(reference));
        let place = shown(&pack.join("labs").join(lab));
        let ran = sandbar(&["grade", &place, &solution, "--format", "json"]);
        let report = parsed(&ran.out);
        assert_eq!(
            (ran.status, &report["score"], &report["max_score"]),
            (0, &json!(points), &json!(points)),
            "{}",
            ran.out
        );
        let told = format!("{points} of {public} public points of 100.");
        let message = format!("Only public checks without a solution are here: {told}");
        assert_eq!(report["findings"][0]["message"], json!(message));
        let text = sandbar(&["grade", &place, &shown(&pack.join("work"))]);
        assert_eq!(text.status, 1, "the starter: {}", text.err);
        assert!(text.out.contains(&message), "{}", text.out);
    }
}

#[test]
fn a_folder_with_something_in_it_is_left_alone_and_students_are_the_only_ones_packed_for() {
    let folder = folder_of(&[("mine.sql", "SELECT 1")]);
    let ran = sandbar(&["pack", "--student", "delta", &shown(folder.path())]);
    assert_eq!(ran.status, 2);
    assert!(ran.err.contains("not empty") && ran.err.contains("try: "), "{}", ran.err);
    assert_eq!(files_below(folder.path()).len(), 1);
    assert_eq!(sandbar(&["pack", "delta", &shown(&folder.path().join("new"))]).status, 2);
    let unknown = sandbar(&["pack", "--student", "dleta", &shown(&folder.path().join("new"))]);
    assert!(unknown.err.contains("did you mean `delta`?"), "{}", unknown.err);
}
