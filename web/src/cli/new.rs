//! `sandbar new`: a course, or a lesson, lab or quiz of one, that checks at once and is there to be written over.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sandbar_content::TopicKind;
use sandbar_content::course::FILE;
use sandbar_content::skeleton::{self, Skeleton};
use sandbar_labs::diagnostic::Finding;

use super::{Failure, Status, findings};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[arg(value_enum)]
    what: What,
    /// What it is called in addresses and files: lower-case letters, digits and hyphens
    name: String,
    /// For a course the folder that is made, without it one of its name; else the folder of the course
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum What {
    /// A course with one lesson
    Course,
    /// A lesson with a walkthrough
    Lesson,
    /// A lab with one task, its reference and two wrong solutions
    Lab,
    /// A quiz with three questions
    Quiz,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let Arguments { what, name, folder } = arguments;
    let folder = match (what, folder) {
        (_, Some(folder)) => folder.clone(),
        (What::Course, None) => PathBuf::from(name),
        (_, None) => PathBuf::from("."),
    };
    let skeleton = match what {
        What::Course => skeleton::course(name).map_err(|finding| refused(&finding))?,
        What::Lesson => of_course(TopicKind::Lesson, name, &folder)?,
        What::Lab => of_course(TopicKind::Lab, name, &folder)?,
        What::Quiz => of_course(TopicKind::Quiz, name, &folder)?,
    };
    if *what == What::Course && fs::read_dir(&folder).is_ok_and(|mut entries| entries.next().is_some()) {
        return Err(Failure::usage_message(format!("the folder {} is not empty", folder.display()))
            .with_remedy("name a folder that is empty or not there yet"));
    }
    write(&folder, &skeleton)?;
    tell(&folder, &skeleton).map_err(Failure::unavailable)?;
    Ok(Status::Success)
}

fn of_course(kind: TopicKind, name: &str, folder: &Path) -> Result<Skeleton, Failure> {
    let files = findings::files(Some(folder))?;
    skeleton::topic(kind, name, &files).map_err(|finding| refused(&finding))
}

fn refused(finding: &Finding) -> Failure {
    findings::print(std::slice::from_ref(finding));
    Failure::usage_message("nothing was written")
}

/// The files first, and then the line in `course.yml` that makes them part of the course.
fn write(folder: &Path, skeleton: &Skeleton) -> Result<(), Failure> {
    for (path, text) in &skeleton.files {
        let target = folder.join(path);
        create(&target, text).map_err(|error| unwritten(&target, error))?;
    }
    let Some(course) = &skeleton.course else { return Ok(()) };
    let target = folder.join(FILE);
    replace(&target, course).map_err(|error| unwritten(&target, error))
}

/// A file that came meanwhile stays as it is.
fn create(target: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent)?;
    }
    OpenOptions::new().write(true).create_new(true).open(target)?.write_all(text.as_bytes())
}

/// Whole or not at all.
fn replace(target: &Path, text: &str) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(fs::metadata(target)?.permissions())?;
    file.persist(target)?;
    Ok(())
}

fn unwritten(target: &Path, error: io::Error) -> Failure {
    Failure::usage(anyhow::Error::new(error).context(format!("{} cannot be written", target.display())))
        .with_remedy("name a folder that you may write to")
}

fn tell(folder: &Path, skeleton: &Skeleton) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for (path, _) in &skeleton.files {
        writeln!(out, "{}", folder.join(path).display())?;
    }
    if skeleton.course.is_some() {
        writeln!(out, "{} has it as its last topic", folder.join(FILE).display())?;
    }
    writeln!(out, "next: sandbar check {}", folder.display())
}
