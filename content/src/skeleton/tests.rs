use super::*;
use crate::course::Course;

/// The files of a new course, with a lesson, a lab and a quiz added one after the other.
fn grown() -> Files {
    let mut files: Vec<(String, String)> = course("orchard").unwrap().files;
    for (kind, slug) in [(TopicKind::Lesson, "pruning"), (TopicKind::Lab, "harvest"), (TopicKind::Quiz, "week-1")] {
        let skeleton = topic(kind, slug, &of(&files)).unwrap();
        files.retain(|(path, _)| path != FILE);
        files.push((FILE.to_owned(), skeleton.course.unwrap()));
        files.extend(skeleton.files);
    }
    of(&files)
}

fn of(files: &[(String, String)]) -> Files {
    files.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect()
}

fn of_course(text: &str) -> Files {
    of(&[(FILE.to_owned(), text.to_owned())])
}

#[test]
fn what_is_begun_is_a_course_with_nothing_to_mend() {
    let files = grown();
    let examined = Course::examine(&files);
    assert_eq!(examined.findings, []);
    let course = examined.course.unwrap();
    let topics: Vec<(&str, &str)> = course.topics.iter().map(|it| (it.slug.as_str(), it.title.as_str())).collect();
    assert_eq!(
        topics,
        [("first-steps", "First steps"), ("pruning", "Pruning"), ("harvest", "Harvest"), ("week-1", "Week 1")]
    );
    assert_eq!(crate::quiz::lint(course.quiz("week-1").unwrap()), []);
}

#[test]
fn a_name_that_is_no_slug_is_told_with_one_that_is() {
    for (name, near) in
        [("Apple Trees", Some("Take `apple-trees`.")), ("", None), ("ä", None), ("../x", Some("Take `x`."))]
    {
        for found in [course(name).unwrap_err(), topic(TopicKind::Lab, name, &grown()).unwrap_err()] {
            assert_eq!((found.code.as_str(), found.hint.as_deref()), ("BAD_SLUG", near), "{name}");
        }
    }
    assert!(course(&"a".repeat(61)).is_err());
}

#[test]
fn nothing_that_is_there_is_begun_again() {
    let code = |kind, slug, files: &Files| topic(kind, slug, files).unwrap_err().code;
    for (kind, slug) in [(TopicKind::Lesson, "pruning"), (TopicKind::Lab, "harvest"), (TopicKind::Quiz, "week-1")] {
        assert_eq!(code(kind, slug, &grown()), "ALREADY_THERE", "{slug}");
    }
    let stray = of(&[
        (FILE.to_owned(), "topics:\n  - lesson: a\n".to_owned()),
        ("labs/b/notes.txt".to_owned(), "mine".to_owned()),
        ("lessons/b.md".to_owned(), "mine".to_owned()),
    ]);
    assert_eq!(code(TopicKind::Lesson, "b", &stray), "ALREADY_THERE", "a file that is no topic");
    assert_eq!(code(TopicKind::Lab, "b", &stray), "ALREADY_THERE", "a folder that is no lab");
    assert_eq!(code(TopicKind::Lab, "b", &Files::default()), "MISSING_FILE");
}

#[test]
fn a_topic_goes_behind_the_last_and_every_other_character_stays() {
    let before =
        "slug: c # mine\ntopics:\n- lesson: a\n- lab: b\n  due: 2026-02-01T22:59:00Z\n\n# the end\nsummary: x\n";
    let course = topic(TopicKind::Quiz, "q", &of_course(before)).unwrap().course.unwrap();
    assert_eq!(course, before.replace("59:00Z\n", "59:00Z\n- quiz: q\n"));
    let course = topic(TopicKind::Lesson, "z", &of_course("topics:\n    - lesson: a")).unwrap().course.unwrap();
    assert_eq!(course, "topics:\n    - lesson: a\n    - lesson: z\n");
    for flow in
        ["topics: [{ lesson: a }]\n", "topics: []\n", "slug: x\n", "topics:\n  - lesson: a\n  - { lab: [x,\n y] }\n"]
    {
        let finding = topic(TopicKind::Quiz, "q", &of_course(flow));
        assert!(finding.is_ok() || finding.unwrap_err().code == "NO_PLACE", "{flow}");
    }
    assert_eq!(topic(TopicKind::Quiz, "q", &of_course("topics: []\n")).unwrap_err().code, "NO_PLACE");
}
