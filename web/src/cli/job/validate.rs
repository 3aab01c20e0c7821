//! `sandbar job validate`: every finding at once.

use std::io::Write;

use sandbar_labs::diagnostic::Severity;

use super::{Format, JobFile, line, print_findings};
use crate::cli::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
}

/// Success without errors; warnings and advice are printed and cost nothing.
pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let checked = arguments.job.check()?;
    let count = |severity| checked.findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let written = match arguments.job.format {
        Format::Json => print_findings(&checked),
        Format::Text => {
            let mut out = std::io::stdout().lock();
            let more = if checked.more == 0 { String::new() } else { format!(", and {} more findings", checked.more) };
            let lines = checked
                .findings
                .iter()
                .try_for_each(|finding| writeln!(out, "{}", line(&arguments.job.name(), finding)));
            lines.and_then(|()| match (errors, warnings) {
                (0, 0) => writeln!(out, "The job is valid."),
                (0, warnings) => writeln!(out, "The job is valid, with {warnings} warning(s){more}."),
                (errors, warnings) => {
                    writeln!(out, "The job is not valid: {errors} error(s), {warnings} warning(s){more}.")
                }
            })
        }
    };
    written.map_err(Failure::unavailable)?;
    Ok(if checked.is_valid() { Status::Success } else { Status::Unsuccessful })
}
