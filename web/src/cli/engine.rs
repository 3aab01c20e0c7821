//! Arguments that every subcommand with an engine shares, and the start of the sandbox from them.

use std::str::FromStr;

use sandbar_labs::sandbox::Limits;

use super::Failure;

#[derive(Clone, Debug, Default, clap::Args)]
pub struct EngineArguments {
    /// Change one of the limits that `sandbar limits` prints; may be given more than once
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    pub limits: Vec<LimitSetting>,
    /// Refuse to start where the kernel cannot take files and sockets from a worker
    #[arg(long)]
    pub require_lockdown: bool,
}

/// `statement_wall_ms=1000`
#[derive(Clone, Debug)]
pub struct LimitSetting {
    name: String,
    value: u64,
}

impl FromStr for LimitSetting {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE, as in statement_wall_ms=1000")?;
        let value = value.trim().parse().map_err(|_| format!("`{}` is not a whole number", value.trim()))?;
        Ok(Self { name: name.trim().to_owned(), value })
    }
}

/// The limits with some of them set; an unknown name is a usage error that lists the known ones.
pub fn apply(limits: Limits, settings: &[LimitSetting]) -> Result<Limits, Failure> {
    let mut fields = serde_json::to_value(&limits).map_err(Failure::unavailable)?;
    for setting in settings {
        let known = fields.get_mut(&setting.name).ok_or_else(|| unknown(&setting.name))?;
        *known = setting.value.into();
    }
    serde_json::from_value(fields).map_err(|error| Failure::usage(error).with_remedy("give a smaller number"))
}

fn unknown(name: &str) -> Failure {
    Failure::usage_message(format!("there is no limit named `{name}`")).with_remedy("sandbar limits lists the names")
}
