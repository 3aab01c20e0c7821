//! `sandbar job convert`: the job in the other format.

use std::io::Write;

use clap::ValueEnum;
use sandbar_labs::workflow::{self, Checked, Syntax};

use super::{Format, JobFile, ReadJob};
use crate::cli::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
    /// Format of the new text: a payload of the Jobs API, or a bundle with the job
    #[arg(long, value_enum)]
    to: To,
    /// Which job of a bundle with several, by its key
    #[arg(long = "job", value_name = "KEY")]
    key: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum To {
    Json,
    Yaml,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let ReadJob { text, syntax, checked } = arguments.job.read()?;
    if checked.job.is_none() {
        arguments.job.refuse(&checked)?;
        return Ok(Status::Unsuccessful);
    }
    let to = match arguments.to {
        To::Json => Syntax::Json,
        To::Yaml => Syntax::Yaml,
    };
    let converted = match workflow::convert(&text, syntax, arguments.key.as_deref(), to) {
        Ok(converted) => converted,
        Err(mut finding) => {
            if finding.code == "SEVERAL_JOBS" {
                finding.hint =
                    finding.hint.map(|hint| hint.replacen("Say which one:", "Say which one with `--job KEY`:", 1));
            }
            arguments.job.refuse(&Checked { findings: vec![finding], ..Checked::default() })?;
            return Ok(Status::Unsuccessful);
        }
    };
    let mut out = std::io::stdout().lock();
    let written = match arguments.job.format {
        Format::Text => out.write_all(converted.text.as_bytes()),
        Format::Json => {
            writeln!(out, "{:#}", serde_json::json!({ "key": converted.key, "text": converted.text }))
        }
    };
    written.map_err(Failure::unavailable)?;
    Ok(Status::Success)
}
