//! A lab as it is named on the command line: a slug of the course, or a folder.

use std::path::{Path, PathBuf};

use sandbar_content::{Course, Lab};

use super::Failure;

/// The course's folder, if it is not the built-in one, and the lab's slug. A slug has neither `/` nor `.`; a lab's folder is
/// `labs/SLUG` of its course.
pub fn place(lab: &str, course: Option<&Path>) -> Result<(Option<PathBuf>, String), Failure> {
    if !lab.contains(['/', '.']) {
        return Ok((course.map(Path::to_owned), lab.to_owned()));
    }
    let folder = Path::new(lab).canonicalize().map_err(|error| {
        Failure::usage(anyhow::Error::new(error).context(format!("the lab's folder {lab} cannot be read")))
            .with_remedy("name a lab of the course, or a folder labs/SLUG of one")
    })?;
    let slug = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let around = course.or_else(|| folder.parent()?.parent()).map(Path::to_owned);
    Ok((around, slug))
}

/// The lab of that slug, or a usage error with the nearest one.
pub fn find<'a>(course: &'a Course, slug: &str) -> Result<&'a Lab, Failure> {
    course.lab(slug).ok_or_else(|| unknown(slug, course))
}

fn unknown(name: &str, course: &Course) -> Failure {
    let known: Vec<&str> = course.labs.keys().map(String::as_str).collect();
    let near = sandbar_content::course::nearest_slug(name, known.iter().copied());
    let remedy = match near {
        Some(near) => format!("did you mean `{near}`? The labs are: {}", known.join(", ")),
        None => format!("the labs are: {}", known.join(", ")),
    };
    Failure::usage_message(format!("there is no lab `{name}` in the course `{}`", course.slug)).with_remedy(remedy)
}
