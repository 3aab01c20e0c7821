//! What students get of a lab: its starter, its given files, the data sets of their workspace, and the public checks that
//! hold no answer; with what runs them in a repository of their own.
//!
//! Invariant: everything is taken by name from lists of what may be public. What these do not name stays out: reference
//! queries, mistakes, hidden checks, data that students have not seen, solutions, comments.

mod public;
mod texts;
mod yaml;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use sandbar_grader::Points;
use sandbar_labs::authored::yaml as reader;
use sandbar_labs::diagnostic::Finding;
use serde_json::{Value, json};

use crate::course::Course;
use crate::files::Files;
use crate::lab::{Lab, StarterFile};

/// A course of one lab, in the files of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pack {
    /// By path, `/` between parts.
    pub files: BTreeMap<String, Vec<u8>>,
    pub checks: usize,
    pub public_points: Points,
    /// Of all public checks of the lab, also of those that would give a solution away.
    pub all_public: Points,
    /// Of the whole lab.
    pub points: Points,
}

/// Packs the lab; `files` are those of its course.
///
/// # Errors
/// A finding when the lab has nothing that may be public, or a file that is to be packed is missing.
pub fn student(files: &Files, course: &Course, lab: &Lab) -> Result<Pack, Finding> {
    let file = format!("labs/{}/lab.yml", lab.slug);
    let node = reader::parse(files.text(&file)?).map_err(|finding| finding.in_file(&file))?;
    let part = public::part(&node.to_json(), lab.points).map_err(|finding| finding.in_file(&file))?;
    let (checks, public_points, all_public) = (part.checks, part.points, part.all_public);
    let mut pack = Pack { checks, public_points, all_public, points: lab.points, ..Pack::default() };
    for path in &part.paths {
        let path = format!("labs/{}/{path}", lab.slug);
        let bytes = files.get(&path).ok_or_else(|| files.missing(&path))?;
        pack.files.insert(path, bytes.to_vec());
    }
    for StarterFile { path, bytes } in &lab.starter {
        pack.files.insert(format!("work/{path}"), bytes.clone());
    }
    let mut add = |path: &str, text: String| pack.files.insert(path.to_owned(), text.into_bytes());
    add("course.yml", yaml::text(&course_file(course, lab)));
    add(&file, yaml::text(&part.lab));
    add(".github/workflows/grade.yml", texts::workflow(&lab.slug));
    add("README.md", texts::readme(lab, &part));
    Ok(pack)
}

fn course_file(course: &Course, lab: &Lab) -> Value {
    json!({
        "slug": format!("{}-{}", course.slug, lab.slug),
        "title": lab.title,
        "summary": lab.summary,
        "topics": [{ "lab": lab.slug }],
    })
}
