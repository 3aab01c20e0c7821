//! `sandbar job next`: the instants at which the job's schedule fires, in its own time zone.

use std::io::Write;

use jiff::Timestamp;
use sandbar_labs::workflow::Job;
use sandbar_labs::workflow::schedule::{MAX_COUNT, next_firings};

use super::{Format, JobFile};
use crate::cli::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    job: JobFile,
    /// Instant (RFC 3339) after which to look; now when it is not given
    #[arg(long, value_name = "INSTANT", value_parser = super::instant)]
    after: Option<Timestamp>,
    /// How many firings
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=MAX_COUNT as i64))]
    count: u16,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let Some(job) = arguments.job.job()? else { return Ok(Status::Unsuccessful) };
    let Some(schedule) = &job.schedule else {
        eprintln!("{}: {}", arguments.job.name(), no_schedule(&job));
        return Ok(Status::Unsuccessful);
    };
    let after = arguments.after.unwrap_or_else(Timestamp::now);
    let firings =
        match next_firings(&schedule.quartz_cron_expression, &schedule.timezone_id, after, arguments.count.into()) {
            Ok(firings) => firings,
            Err(error) => {
                eprintln!("{}: {error} {}", arguments.job.name(), error.hint());
                return Ok(Status::Unsuccessful);
            }
        };
    if firings.is_empty() {
        eprintln!("{}: the schedule never fires after {after}", arguments.job.name());
    }
    let fires = !firings.is_empty();
    let firings: Vec<String> =
        firings.iter().map(|firing| firing.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()).collect();
    let mut out = std::io::stdout().lock();
    let written = match arguments.job.format {
        Format::Json => {
            writeln!(out, "{:#}", serde_json::json!({ "timezone_id": schedule.timezone_id, "firings": firings }))
        }
        Format::Text => firings.iter().try_for_each(|firing| writeln!(out, "{firing}")),
    };
    written.map_err(Failure::unavailable)?;
    Ok(if fires { Status::Success } else { Status::Unsuccessful })
}

/// Why there is no instant to tell.
fn no_schedule(job: &Job) -> &'static str {
    match (&job.continuous, &job.trigger) {
        (Some(_), _) => "the job is `continuous`: a run begins when the one before it ends, not at an instant",
        (_, Some(_)) => "the job has a `trigger`: what it waits for has no instant",
        _ => "the job has no `schedule`",
    }
}
