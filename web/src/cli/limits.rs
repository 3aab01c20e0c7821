//! `sandbar limits`: what a statement may use.

use std::io::Write;

use sandbar_labs::sandbox::Limits;

use super::engine::{LimitSetting, apply};
use super::{Failure, Status};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Show the limits with this one changed; may be given more than once
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    limits: Vec<LimitSetting>,
}

pub fn execute(arguments: &Arguments) -> Result<Status, Failure> {
    let limits = apply(Limits::default(), &arguments.limits)?;
    let fields = serde_json::to_value(&limits).map_err(Failure::unavailable)?;
    let mut out = std::io::stdout().lock();
    for (name, value) in fields.as_object().into_iter().flatten() {
        writeln!(out, "{name} = {value}").map_err(Failure::unavailable)?;
    }
    Ok(Status::Success)
}
