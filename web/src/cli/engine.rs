//! Arguments that every subcommand with an engine shares, and the start of the sandbox from them.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use sandbar_labs::sandbox::{Limits, Sandbox, SandboxOptions, WorkspaceKey};

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

impl EngineArguments {
    /// Starts the sandbox on the folder of all workspaces.
    pub async fn start(&self, data: &Path, workers: usize, spares: usize) -> Result<Sandbox, Failure> {
        self.start_for(data, workers, spares, false).await
    }

    /// Starts one that proves what an author wrote.
    pub async fn start_for_one_author(&self, data: &Path, workers: usize) -> Result<Sandbox, Failure> {
        self.start_for(data, workers, 0, true).await
    }

    async fn start_for(
        &self,
        data: &Path,
        workers: usize,
        spares: usize,
        one_author: bool,
    ) -> Result<Sandbox, Failure> {
        let limits = apply(Limits::default(), &self.limits)?;
        let executable = std::env::current_exe().map_err(Failure::unavailable)?;
        let options = SandboxOptions {
            executable,
            data: data.to_owned(),
            limits,
            workers,
            spares,
            require_lockdown: self.require_lockdown,
            one_author,
        };
        Sandbox::start(options).await.map_err(Failure::unavailable)
    }
}

/// Workers for so many submissions that are graded at the same time: each keeps the ones that its replays, its trials and
/// the reference queries run in, so that no step of it waits for a process to start.
pub const fn workers_of(jobs: usize) -> usize {
    1 + WORKERS_A_SUBMISSION * if jobs == 0 { 1 } else { jobs }
}

const WORKERS_A_SUBMISSION: usize = 3;

/// One workspace on this machine, with a worker for it.
pub struct LocalWorkspace {
    pub sandbox: Sandbox,
    pub key: WorkspaceKey,
    /// Kept for its end, which removes the folder.
    _fresh: Option<tempfile::TempDir>,
}

impl LocalWorkspace {
    /// In the folder, or in a fresh one that is thrown away at the end.
    pub async fn open(folder: Option<PathBuf>, engine: &EngineArguments) -> Result<Self, Failure> {
        let key = WorkspaceKey::new(["workspace"]).ok_or_else(|| Failure::usage_message("no workspace"))?;
        let (folder, fresh) = match folder {
            Some(folder) => (existing(folder)?, None),
            None => {
                let fresh = tempfile::Builder::new().prefix("sandbar-").tempdir().map_err(Failure::unavailable)?;
                (fresh.path().to_owned(), Some(fresh))
            }
        };
        let sandbox = engine.start(&folder, 1, 0).await?;
        sandbox.mount(&key, folder);
        Ok(Self { sandbox, key, _fresh: fresh })
    }
}

impl Drop for LocalWorkspace {
    fn drop(&mut self) {
        // Before the folder goes: nobody may write to it any more.
        self.sandbox.abort();
    }
}

fn existing(folder: PathBuf) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(&folder).map_err(|error| {
        let error =
            anyhow::Error::new(error).context(format!("the workspace folder {} cannot be used", folder.display()));
        Failure::usage(error).with_remedy("name a folder that you may write to, or leave --workspace out")
    })?;
    Ok(folder)
}

/// `--param NAME=VALUE`
#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: String,
    pub value: String,
}

impl FromStr for Parameter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE, as in region=EU")?;
        if name.trim().is_empty() {
            return Err("the name is missing".to_owned());
        }
        Ok(Self { name: name.trim().to_owned(), value: value.to_owned() })
    }
}

/// Who a table's history says it was, on the command line.
pub fn user_name() -> String {
    std::env::var("USER").ok().filter(|name| !name.is_empty()).unwrap_or_else(|| "student".to_owned())
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
