use super::*;

fn files(pairs: &[(&str, &str)]) -> Files {
    pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
}

const LESSON: &str = "---\ntitle: One\nminutes: 5\nsummary: First.\n---\n\n## Start\n\n[on](/lessons/one#start)\n";
const COURSE: &str = "slug: c\ntitle: C\nsummary: A course.\ntopics:\n  - lesson: one\n";

#[test]
fn the_builtin_course_has_its_nine_topics_in_order_and_nothing_wrong() {
    let course = Course::try_builtin().unwrap();
    let kinds: Vec<TopicKind> = course.topics.iter().map(|topic| topic.kind).collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == TopicKind::Lesson).count(), 6);
    assert_eq!(course.topics.len(), 9);
    assert!(course.topics.iter().all(|topic| !topic.title.is_empty() && topic.minutes > 0), "{:?}", course.topics);
    assert_eq!(course.lab("delta").unwrap().points.to_string(), "100");
    assert_eq!(course.lab("workflows").unwrap().points.to_string(), "100");
}

#[test]
fn the_builtin_course_is_the_folder_of_the_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("lakehouse-week3");
    let loaded = Course::load(&folder).unwrap();
    assert_eq!(loaded.release, Course::try_builtin().unwrap().release);
}

#[test]
fn a_small_course_loads() {
    let course = Course::from_files(&files(&[("course.yml", COURSE), ("lessons/one.md", LESSON)])).unwrap();
    assert_eq!(course.topics[0].title, "One");
    assert_eq!(course.release.len(), 16);
}

#[test]
fn everything_wrong_with_a_course_is_told_at_once() {
    let course = COURSE.replace("title: C", "titel: C") + "  - lesson: two\n  - lab: Bad Slug\n  - {}\n";
    let lesson = LESSON.replace("(/lessons/one#start)", "(/lessons/on) [x](/lessons/one#end) [y](javascript:x)");
    let pairs = [("course.yml", course.as_str()), ("lessons/one.md", &lesson), ("lessons/three.md", LESSON)];
    let findings = Course::from_files(&files(&pairs)).unwrap_err();
    let seen: Vec<(&str, Option<&str>, Option<u32>)> =
        findings.iter().map(|f| (f.code.as_str(), f.file.as_deref(), f.line)).collect();
    for expected in [
        ("UNKNOWN_FIELD", Some("course.yml"), Some(2)),
        ("MISSING_FILE", Some("course.yml"), Some(6)),
        ("BAD_SLUG", Some("course.yml"), Some(7)),
        ("NO_TOPIC", Some("course.yml"), Some(8)),
        ("BROKEN_LINK", Some("lessons/one.md"), Some(9)),
        ("UNSAFE_LINK", Some("lessons/one.md"), Some(9)),
        ("UNUSED_FILE", Some("lessons/three.md"), None),
    ] {
        assert!(seen.contains(&expected), "{expected:?} in {seen:#?}");
    }
    assert_eq!(findings.iter().filter(|finding| finding.code == "BROKEN_LINK").count(), 2);
}

#[test]
fn an_empty_folder_is_no_course() {
    let findings = Course::from_files(&files(&[])).unwrap_err();
    assert_eq!((findings[0].code.as_str(), findings[0].file.as_deref()), ("MISSING_FILE", Some("course.yml")));
}

const WALKTHROUGH: &str =
    "steps:\n  - { caption: A table., sql: CREATE TABLE t (a INT), table: t, seconds: 60, look: log }\n";

#[test]
fn a_lesson_takes_in_what_lies_in_its_folder_and_nothing_there_is_left_unread() {
    let lesson = LESSON.replace("---\n\n", "video: { source: intro.mp4, captions: intro.vtt }\n---\n\n");
    let base = [("course.yml", COURSE), ("lessons/one.md", &lesson), ("lessons/one/walkthrough.yml", WALKTHROUGH)];
    let media = [("lessons/one/intro.mp4", "film"), ("lessons/one/intro.vtt", "WEBVTT")];
    let course = Course::from_files(&files(&[base.as_slice(), &media].concat())).unwrap();
    let one = course.lesson("one").unwrap();
    assert_eq!((one.walkthrough.as_ref().unwrap().seconds(), one.media.len()), (60, 2));
    let more = [("lessons/one/walktrough.yml", WALKTHROUGH), ("lessons/two/walkthrough.yml", WALKTHROUGH)];
    let findings = Course::from_files(&files(&[base.as_slice(), &media[..1], &more].concat())).unwrap_err();
    let seen: Vec<(&str, &str)> =
        findings.iter().map(|f| (f.code.as_str(), f.file.as_deref().unwrap_or_default())).collect();
    let unused = |file| ("UNUSED_FILE", file);
    let unused = ["lessons/one/walktrough.yml", "lessons/two/walkthrough.yml"].map(unused);
    assert_eq!(seen, [("MISSING_FILE", "lessons/one.md"), unused[0], unused[1]]);
    let findings = Course::from_files(&files(&[base.as_slice(), &media, &more].concat())).unwrap_err();
    assert_eq!(findings[0].hint.as_deref(), Some("Did you mean `walkthrough.yml`?"));
    assert_eq!(findings.len(), 2, "{findings:?}");
}

#[test]
fn a_video_is_a_file_that_browsers_play_or_an_address_and_has_captions() {
    for (source, captions) in [
        ("intro.exe", "a.vtt"),
        ("../intro.mp4", "a.vtt"),
        ("http://media.example/a.mp4", "a.vtt"),
        ("https://", "a.vtt"),
        ("https://a b.example/x.mp4", "a.vtt"),
        ("https://a.example;script-src/x.mp4", "a.vtt"),
        ("https://media.example/a.mp4", "a.txt"),
        ("captions.vtt", "a.vtt"),
    ] {
        let head = format!("video: {{ source: '{source}', captions: '{captions}' }}\n---\n\n");
        let lesson = LESSON.replace("---\n\n", &head);
        let findings = Course::from_files(&files(&[("course.yml", COURSE), ("lessons/one.md", &lesson)])).unwrap_err();
        assert!(findings.iter().any(|finding| finding.code == "WRONG_VALUE"), "{source}: {findings:?}");
    }
}

#[test]
fn every_lesson_of_the_builtin_course_opens_with_a_walkthrough_and_ends_with_an_exercise() {
    for lesson in Course::try_builtin().unwrap().lessons.values() {
        let walkthrough = lesson.walkthrough.as_ref().unwrap();
        assert!(walkthrough.steps.iter().filter(|step| step.sql.is_some()).count() >= 5, "{}", lesson.slug);
        let exercise = lesson.exercise.as_ref().unwrap();
        assert!(exercise.minutes <= 3 && !exercise.proof.wrong.is_empty(), "{}", lesson.slug);
    }
}

#[test]
fn a_slip_in_the_list_of_topics_is_told_once_and_not_with_every_link() {
    let map = "title: T\nintroduction: i\ntopics: [{id: a, title: A, text: x, lessons: [/lessons/one#start]}]\n";
    let glossary = "terms: [{term: a, text: '[x](/lessons/one)', see: /lessons/one}]\n";
    let lesson = LESSON.replace("minutes: 5", "minutes: 1");
    let told = |course: &str| -> Vec<String> {
        let pairs = [("course.yml", course), ("lessons/one.md", &lesson), ("lessons/two.md", &lesson)];
        let more = [("certification.yml", map), ("glossary.yml", glossary)];
        let findings = Course::examine(&files(&[pairs.as_slice(), &more].concat())).findings;
        findings.into_iter().map(|it| format!("{} {}", it.code, it.file.unwrap())).collect()
    };
    let unused = |slug: &str| format!("UNUSED_FILE lessons/{slug}.md");
    let course = format!("{COURSE}  - lesson: two\n");
    assert_eq!(told(&course), [] as [&str; 0]);
    let misspelt = told(&course.replace("lesson: one", "leson: one"));
    assert_eq!(misspelt, ["UNKNOWN_FIELD course.yml".to_owned(), unused("one")]);
    let all = told(&course.replace("topics:", "topcis:"));
    assert_eq!(all, ["UNKNOWN_FIELD course.yml"]);
    for empty in ["slug:", "title:", "summary:"] {
        let line = course.lines().find(|line| line.starts_with(empty)).unwrap();
        assert_eq!(told(&course.replace(line, empty)), ["MISSING_FIELD course.yml"], "{empty}");
    }
}
