//! `sandbar pack`: what students get of a lab, as the files of a repository.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sandbar_content::Course;
use sandbar_content::pack::{self, Pack};

use super::{Failure, Status, findings, lab};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Slug of a lab of the course, or a lab's folder
    lab: String,
    /// Folder that is written; it must be empty, or not be there yet
    #[arg(value_name = "DIR")]
    target: PathBuf,
    /// Pack for students: public checks only, and nothing that gives an answer away
    #[arg(long, required = true)]
    student: bool,
    /// Folder of a course; without it the course that is built into the program
    #[arg(long, value_name = "DIR")]
    course: Option<PathBuf>,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let (folder, slug) = lab::place(&arguments.lab, arguments.course.as_deref())?;
    let files = findings::files(folder.as_deref())?;
    let course = Course::from_files(&files).map_err(|found| {
        findings::print(&found);
        Failure::usage_message("the course cannot be used").with_remedy("mend what is said above")
    })?;
    let lab = lab::find(&course, &slug)?;
    let pack = pack::student(&files, &course, lab).map_err(|finding| {
        findings::print(&[finding]);
        Failure::usage_message(format!("the lab `{slug}` cannot be packed"))
    })?;
    let target = arguments.target.display();
    write(&arguments.target, &pack).map_err(|error| {
        Failure::usage(anyhow::Error::new(error).context(format!("the pack cannot be written to {target}")))
            .with_remedy("name a folder that is empty or not there yet")
    })?;
    let Pack { files, checks, public_points, all_public, points } = &pack;
    let all = lab.definition.rubric.checks().count();
    let told = format!(
        "{slug}: {checks} of {all} checks, {public_points} of {all_public} public points of {points}, {} files",
        files.len()
    );
    writeln!(io::stdout().lock(), "{told} in {target}").map_err(Failure::unavailable)?;
    Ok(Status::Success)
}

/// Writes every file; a folder with anything in it is left alone.
fn write(target: &Path, pack: &Pack) -> io::Result<()> {
    fs::create_dir_all(target)?;
    if fs::read_dir(target)?.next().is_some() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the folder is not empty"));
    }
    for (path, bytes) in &pack.files {
        let path = target.join(path);
        fs::create_dir_all(path.parent().unwrap_or(target))?;
        fs::write(path, bytes)?;
    }
    Ok(())
}
