//! A course: its topics in order, and each lesson, lab and quiz.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use sandbar_labs::authored::{Fields, Node, nearest, yaml};
use sandbar_labs::diagnostic::{Finding, Severity};

use crate::certification::{self, Certification};
use crate::files::Files;
use crate::glossary::{self, Term};
use crate::lab::{self, Lab};
use crate::lesson::{self, Lesson};
use crate::lint;
use crate::quiz::{self, CourseQuiz};
use crate::release;

/// The course's own file.
pub const FILE: &str = "course.yml";

/// In characters; a workspace's name has several of them.
pub(crate) const MAX_SLUG: usize = 60;

#[derive(Clone, Debug)]
pub struct Course {
    pub slug: String,
    pub title: String,
    pub summary: String,
    /// In the order in which students take them.
    pub topics: Vec<Topic>,
    pub lessons: BTreeMap<String, Lesson>,
    pub labs: BTreeMap<String, Lab>,
    pub quizzes: BTreeMap<String, CourseQuiz>,
    /// In alphabetical order.
    pub glossary: Vec<Term>,
    pub certification: Option<Certification>,
    /// Content-addressed id of all of the course's files.
    pub release: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub kind: TopicKind,
    pub slug: String,
    pub title: String,
    pub minutes: u32,
    pub due: Option<jiff::Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TopicKind {
    Lesson,
    Lab,
    Quiz,
}

impl TopicKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Lesson => "lesson",
            Self::Lab => "lab",
            Self::Quiz => "quiz",
        }
    }
}

static BUILTIN: LazyLock<Result<Course, Vec<Finding>>> = LazyLock::new(|| Course::from_files(&Files::builtin()));

impl Course {
    /// The course that is built into the binary.
    ///
    /// # Errors
    /// What is wrong with it; a test of this crate keeps it free of errors.
    pub fn try_builtin() -> Result<&'static Course, &'static [Finding]> {
        BUILTIN.as_ref().map_err(Vec::as_slice)
    }

    /// The course in a folder.
    ///
    /// # Errors
    /// Everything that is wrong with it, with file and line.
    pub fn load(folder: &Path) -> Result<Course, Vec<Finding>> {
        match Files::of_folder(folder) {
            Ok(files) => Self::from_files(&files),
            Err(error) => {
                let message = format!("The course's folder {} cannot be read: {error}.", folder.display());
                Err(vec![Finding::error("UNREADABLE", "", message)])
            }
        }
    }

    /// # Errors
    /// Everything that is wrong, with file and line.
    pub fn from_files(files: &Files) -> Result<Course, Vec<Finding>> {
        let (course, findings) = read(files);
        course.filter(|_| findings.is_empty()).ok_or(findings)
    }

    /// What can be read of a course, and everything that its author should mend.
    pub fn examine(files: &Files) -> Examined {
        let (course, mut findings) = read(files);
        let is_whole = findings.is_empty();
        let slips = course.iter().flat_map(|course| lint::lint(files, course));
        let slips: Vec<Finding> = slips.filter(|slip| !lint::is_told(slip, &findings)).collect();
        findings.extend(slips);
        Examined { course, is_whole, findings }
    }

    pub fn lesson(&self, slug: &str) -> Option<&Lesson> {
        self.lessons.get(slug)
    }

    pub fn lab(&self, slug: &str) -> Option<&Lab> {
        self.labs.get(slug)
    }

    pub fn quiz(&self, slug: &str) -> Option<&CourseQuiz> {
        self.quizzes.get(slug)
    }

    /// The exercises of the lessons, each a lab of one task.
    pub fn exercises(&self) -> impl Iterator<Item = &Lab> {
        self.lessons.values().filter_map(|lesson| lesson.exercise.as_ref())
    }

    /// The course without the labs and exercises that have a data set with values that its columns do not hold: nothing
    /// of them can be graded, and `found` tells why.
    pub fn gradable(&self, found: &[Finding]) -> Course {
        let has_wrong_data = |lab: &Lab| {
            let mut paths = lab.definition.rubric.datasets.iter().map(|(_, path)| format!("{}/{path}", lab.folder));
            paths.any(|path| found.iter().any(|it| it.code == "WRONG_VALUE" && it.file.as_deref() == Some(&path)))
        };
        let mut course = self.clone();
        course.labs.retain(|_, lab| !has_wrong_data(lab));
        for lesson in course.lessons.values_mut() {
            lesson.exercise.take_if(|lab| has_wrong_data(lab));
        }
        course
    }

    /// The topics before and after this one.
    pub fn neighbours(&self, kind: TopicKind, slug: &str) -> (Option<&Topic>, Option<&Topic>) {
        let Some(index) = self.topics.iter().position(|topic| topic.kind == kind && topic.slug == slug) else {
            return (None, None);
        };
        (index.checked_sub(1).and_then(|before| self.topics.get(before)), self.topics.get(index + 1))
    }

    /// The glossary and the certification map; gives what is wrong with them.
    fn load_references(&mut self, files: &Files) -> Vec<Finding> {
        let mut findings = Vec::new();
        match glossary::load(files) {
            Ok(terms) => self.glossary = terms,
            Err(found) => findings.extend(found),
        }
        match certification::load(files) {
            Ok(map) => self.certification = map,
            Err(found) => findings.extend(found),
        }
        findings.extend(certification::unknown(files, self));
        findings
    }

    fn describe_topics(&mut self) {
        for topic in &mut self.topics {
            let described = match topic.kind {
                TopicKind::Lesson => self.lessons.get(&topic.slug).map(|it| (it.title.clone(), it.minutes)),
                TopicKind::Lab => self.labs.get(&topic.slug).map(|it| (it.title.clone(), it.minutes)),
                TopicKind::Quiz => self.quizzes.get(&topic.slug).map(|it| (it.title.clone(), it.minutes)),
            };
            if let Some((title, minutes)) = described {
                topic.title = title;
                topic.minutes = minutes;
            }
        }
    }
}

/// A course under its author's hands.
#[derive(Clone, Debug)]
pub struct Examined {
    /// Without the labs and quizzes that cannot be read, and with of a lesson what can; `None` when not even its file can be.
    pub course: Option<Course>,
    /// Whether it can be served: nothing of it is missing.
    pub is_whole: bool,
    /// In the order in which they were looked for.
    pub findings: Vec<Finding>,
}

/// What could be read, and what is wrong with it.
fn read(files: &Files) -> (Option<Course>, Vec<Finding>) {
    let mut findings = Vec::new();
    let Some((mut course, places)) = read_course(files, &mut findings) else { return (None, findings) };
    let mut loaded_before = BTreeSet::new();
    for (kind, slug, node) in &places {
        // A topic that is there twice is told as that, and what is wrong with its files once.
        if !loaded_before.insert((*kind, slug.as_str())) {
            continue;
        }
        let loaded = match kind {
            TopicKind::Lesson => {
                // As far as it can be read: what stands in it is looked at, too.
                let (lesson, found) = lesson::load(files, slug);
                course.lessons.extend(lesson.map(|lesson| (slug.clone(), lesson)));
                if found.is_empty() { Ok(()) } else { Err(found) }
            }
            TopicKind::Lab => lab::load(files, slug).map(|lab| {
                course.labs.insert(slug.clone(), lab);
            }),
            TopicKind::Quiz => quiz::load(files, slug).map(|quiz| {
                course.quizzes.insert(slug.clone(), quiz);
            }),
        };
        if let Err(found) = loaded {
            findings.extend(found.into_iter().map(|finding| match finding.file {
                Some(_) => finding,
                None => finding.at(node.position).in_file(FILE),
            }));
        }
    }
    findings.extend(course.load_references(files));
    let named: Vec<(TopicKind, &str)> = places.iter().map(|(kind, slug, _)| (*kind, slug.as_str())).collect();
    findings.extend(lint::links(files, &course));
    findings.extend(lint::unused_files(files, &named));
    findings.extend(lint::unused_in_lessons(files, &course));
    course.describe_topics();
    (Some(course), findings)
}

type Places = Vec<(TopicKind, String, Node)>;

fn read_course(files: &Files, findings: &mut Vec<Finding>) -> Option<(Course, Places)> {
    let node = match files.text(FILE).and_then(yaml::parse) {
        Ok(node) => node,
        Err(finding) => {
            findings.push(finding.in_file(FILE));
            return None;
        }
    };
    let mut found = Vec::new();
    let mut fields = Fields::of(&node, "", &mut found)?;
    let required = |fields: &mut Fields<'_>, name: &'static str, found: &mut Vec<Finding>| {
        let text = fields.text(name, found);
        fields.refuse_empty(name, found);
        // Of another type: told already.
        if text.is_none() && fields.node(name).is_none() {
            found.push(Finding::error("MISSING_FIELD", name, format!("The course has no `{name}`.")).at(node.position));
        }
        text.unwrap_or_default()
    };
    let slug = required(&mut fields, "slug", &mut found);
    let title = required(&mut fields, "title", &mut found);
    let summary = required(&mut fields, "summary", &mut found);
    let (mut topics, mut places) = (Vec::new(), Vec::new());
    for (path, node) in fields.list("topics", &mut found) {
        if let Some(topic) = read_topic(&path, node, &mut found) {
            places.push((topic.kind, topic.slug.clone(), node.clone()));
            topics.push(topic);
        }
    }
    // A list under a misspelt name is told as that.
    if topics.is_empty() && found.is_empty() {
        found.push(Finding::error("MISSING_FIELD", "topics", "The course has no topics.").at(node.position));
    }
    fields.finish_as(Severity::Error, &mut found);
    findings.extend(found.into_iter().map(|finding| finding.in_file(FILE)));
    let course = Course {
        slug,
        title,
        summary,
        topics,
        lessons: BTreeMap::new(),
        labs: BTreeMap::new(),
        quizzes: BTreeMap::new(),
        glossary: Vec::new(),
        certification: None,
        release: release::id(files),
    };
    Some((course, places))
}

fn read_topic(path: &str, node: &Node, findings: &mut Vec<Finding>) -> Option<Topic> {
    let before = findings.len();
    let mut fields = Fields::of(node, path, findings)?;
    let named: Vec<(TopicKind, String)> = [TopicKind::Lesson, TopicKind::Lab, TopicKind::Quiz]
        .into_iter()
        .filter_map(|kind| fields.text(kind.name(), findings).map(|slug| (kind, slug)))
        .collect();
    let due = match fields.text("due", findings).map(|due| due.parse::<jiff::Timestamp>()) {
        Some(Err(error)) => {
            let message = format!("`due` must be an instant such as 2026-02-01T22:59:00Z: {error}.");
            findings.push(Finding::error("WRONG_VALUE", fields.path_of("due"), message).at(node.position));
            None
        }
        due => due.and_then(Result::ok),
    };
    fields.finish_as(Severity::Error, findings);
    let [(kind, slug)] = named.as_slice() else {
        let message = "A topic is one of `lesson`, `lab` and `quiz`, with the slug of its file.";
        // A misspelt name, or a slug that is no text, is told already.
        if findings.len() == before {
            findings.push(Finding::error("NO_TOPIC", path, message).at(node.position));
        }
        return None;
    };
    if !has_letters_of_slug(slug) {
        let message = format!("`{slug}` is no slug: use lower-case letters, digits and hyphens.");
        findings.push(Finding::error("BAD_SLUG", path, message).at(node.position));
        return None;
    }
    Some(Topic { kind: *kind, slug: slug.clone(), title: String::new(), minutes: 0, due })
}

/// Whether a text can name a course, a lesson, a lab or a quiz: in addresses, in files, and in workspaces.
pub fn is_slug(text: &str) -> bool {
    text.len() <= MAX_SLUG && has_letters_of_slug(text)
}

/// A release that was published before slugs had a length is loaded all the same; its author is told by the linter.
fn has_letters_of_slug(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty() && text.bytes().all(fits)
}

/// The slug that was probably meant.
pub fn nearest_slug<'a>(slug: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest(slug, known)
}

#[cfg(test)]
mod tests;
