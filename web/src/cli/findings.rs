//! Findings on standard error, and the course that a subcommand works on.

use std::path::Path;

use sandbar_content::Course;
use sandbar_content::files::Files;
use sandbar_labs::diagnostic::{Finding, Severity};

use super::Failure;

/// One line a finding, `file:line:column: message`, and its hint below.
pub fn print(findings: &[Finding]) {
    for finding in findings {
        let place = [finding.line, finding.column].into_iter().flatten().map(|number| format!(":{number}"));
        let place = format!("{}{}", finding.file.as_deref().unwrap_or_default(), place.collect::<String>());
        let word = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        };
        let separator = if place.is_empty() { "" } else { ": " };
        eprintln!("{place}{separator}{word}: {} ({})", finding.message, finding.code);
        if let Some(hint) = &finding.hint {
            eprintln!("  try: {hint}");
        }
    }
}

/// The files of the course in `folder`, or of the built-in one.
///
/// # Errors
/// When the folder cannot be read.
pub fn files(folder: Option<&Path>) -> Result<Files, Failure> {
    let Some(folder) = folder else { return Ok(Files::builtin()) };
    Files::of_folder(folder).map_err(|error| {
        let message = format!("the course's folder {} cannot be read", folder.display());
        Failure::usage(anyhow::Error::new(error).context(message))
            .with_remedy("name the folder of a course, the one with course.yml in it")
    })
}

/// The built-in course, or one from a folder.
pub enum CourseSource {
    Builtin(&'static Course),
    Folder(Box<Course>),
}

impl CourseSource {
    /// The course in `folder`, or the built-in one.
    ///
    /// # Errors
    /// Everything that is wrong with the course was printed.
    pub fn open(folder: Option<&Path>) -> Result<Self, Failure> {
        Self::load(folder).map_err(|findings| {
            print(&findings);
            Failure::usage_message("the course cannot be used").with_remedy("mend what is said above")
        })
    }

    /// Like [`CourseSource::open`], for who prints the findings.
    ///
    /// # Errors
    /// Everything that is wrong with the course.
    pub fn load(folder: Option<&Path>) -> Result<Self, Vec<Finding>> {
        match folder {
            Some(folder) => Course::load(folder).map(|course| Self::Folder(Box::new(course))),
            None => Course::try_builtin().map(Self::Builtin).map_err(<[Finding]>::to_vec),
        }
    }

    pub fn course(&self) -> &Course {
        match self {
            Self::Builtin(course) => course,
            Self::Folder(course) => course,
        }
    }
}
