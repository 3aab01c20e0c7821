//! `sandbar new`: what it begins checks at once, and what is there stays.

use std::fs;
use std::path::Path;

use crate::program::{Ran, sandbar, shown};

fn new(what: &str, name: &str, folder: &Path) -> Ran {
    sandbar(&["new", what, name, &shown(folder)])
}

#[test]
fn a_course_that_was_begun_and_grew_proves_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let course = folder.path().join("orchard");
    for (what, name) in [("course", "orchard"), ("lesson", "pruning"), ("lab", "harvest"), ("quiz", "week-1")] {
        let ran = new(what, name, &course);
        assert_eq!((ran.status, ran.err.as_str()), (0, ""), "{what}");
        assert!(ran.out.ends_with(&format!("next: sandbar check {}\n", course.display())), "{}", ran.out);
    }
    let checked = sandbar(&["check", &shown(&course)]);
    assert_eq!((checked.status, checked.err.as_str()), (0, ""), "{checked:?}");
    assert!(checked.out.contains("2 lessons") && checked.out.contains("1 lab with 4 solutions"), "{}", checked.out);
}

#[test]
fn nothing_is_written_over_and_a_bad_name_is_told_with_a_better_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let course = folder.path().join("orchard");
    assert_eq!(new("course", "orchard", &course).status, 0);
    fs::write(course.join("lessons/first-steps.md"), "mine").expect("written");
    let before = fs::read_to_string(course.join("course.yml")).expect("it is there");
    for (what, name, told) in [
        ("course", "orchard", "is not empty"),
        ("lesson", "first-steps", "is a topic already"),
        ("lesson", "Apple Trees", "Take `apple-trees`."),
        ("lab", "../labs", "`../labs` is no slug"),
    ] {
        let ran = new(what, name, &course);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{what} {name}");
        assert!(ran.err.contains(told), "{told} in {}", ran.err);
    }
    assert_eq!(fs::read_to_string(course.join("lessons/first-steps.md")).expect("there"), "mine");
    assert_eq!(fs::read_to_string(course.join("course.yml")).expect("there"), before);
    let nowhere = new("lab", "harvest", folder.path());
    assert_eq!(nowhere.status, 2);
    assert!(nowhere.err.contains("sandbar new course NAME"), "{}", nowhere.err);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1, "nothing else was made");
}
