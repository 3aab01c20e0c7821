//! What can be wrong between the files of a course, and what a learner should not meet in a course that can be read.
//!
//! [`links`] and the two `unused` belong to loading: a course that fails them is no course. Everything in [`lint`] is
//! told by `sandbar check` only, so that a release of an older version can still be served.

mod datasets;
mod empty;
mod headings;
mod links;
mod pools;
mod questions;
mod reading;
mod texts;
mod topics;
mod unread;

#[cfg(test)]
mod tests;

pub(crate) use links::{Named, links, topics, unused_files, unused_in_lessons, with_nearest};

use sandbar_labs::diagnostic::Finding;

use crate::certification;
use crate::course::Course;
use crate::files::Files;

/// Topics that are there twice, fields without a value, links that lead nowhere, pictures without a text, headings out
/// of order, minutes that nobody needs, questions that are drawn unevenly, files that nothing reads, and values that
/// their columns do not hold; in the order of the files. `course` is what could be read of them.
pub fn lint(files: &Files, course: &Course) -> Vec<Finding> {
    let mut findings = topics::findings(files, course);
    findings.extend(empty::findings(files));
    findings.extend(texts::findings(files, course));
    findings.extend(links::astray_pages(files, course));
    findings.extend(certification::twice(files));
    findings.extend(reading::findings(course));
    findings.extend(pools::findings(course));
    findings.extend(questions::findings(course));
    findings.extend(unread::findings(files, course));
    findings.extend(datasets::findings(files, course));
    findings.sort_by(|one, other| (&one.file, one.line, one.column).cmp(&(&other.file, other.line, other.column)));
    findings
}

/// Whether a field without a value was missed already when the file was read.
pub(crate) fn is_told(slip: &Finding, findings: &[Finding]) -> bool {
    slip.code == empty::CODE && findings.iter().any(|told| (&told.file, &told.path) == (&slip.file, &slip.path))
}
