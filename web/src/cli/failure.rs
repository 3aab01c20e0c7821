//! How a subcommand ends: the exit statuses, and what is said on standard error before one above 1.

use std::process::ExitCode;

use sandbar_labs::sandbox::SandboxError;

/// Exit statuses that scripts rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything asked for was done.
    Success = 0,
    /// The work was looked at and is not right: a statement failed, a check did not pass.
    Unsuccessful = 1,
    /// The command or its input cannot be understood.
    Usage = 2,
    /// Our own fault or the machine's: nothing can be said about the work.
    Unavailable = 3,
    /// Ended by Ctrl-C, as shells count it.
    Interrupted = 130,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(status as u8)
    }
}

/// Why a subcommand could not do its work at all.
#[derive(Debug)]
pub struct Failure {
    status: Status,
    error: anyhow::Error,
    remedy: Option<String>,
}

impl Failure {
    /// Input that cannot be used: exit status 2.
    pub fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { status: Status::Usage, error: error.into(), remedy: None }
    }

    /// Like [`Failure::usage`], from a sentence.
    pub fn usage_message(message: impl Into<String>) -> Self {
        Self::usage(anyhow::Error::msg(message.into()))
    }

    /// The engine or the machine failed: exit status 3.
    pub fn unavailable(error: impl Into<anyhow::Error>) -> Self {
        Self { status: Status::Unavailable, error: error.into(), remedy: None }
    }

    /// Somebody pressed Ctrl-C.
    pub fn interrupted() -> Self {
        Self { status: Status::Interrupted, error: anyhow::Error::msg("interrupted"), remedy: None }
    }

    /// What a sandbox could not do: a folder that is not fit to be a workspace is the caller's to mend.
    pub fn of_sandbox(error: SandboxError) -> Self {
        match error {
            SandboxError::Store(error) => Self::usage(error).with_remedy("give another --workspace folder"),
            error => Self::unavailable(error),
        }
    }

    /// Adds what to do next.
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Prints the failure with its causes on standard error.
    pub fn report(&self) -> Status {
        eprintln!("error: {}", self.error);
        for cause in self.error.chain().skip(1) {
            eprintln!("  because: {cause}");
        }
        if let Some(remedy) = &self.remedy {
            eprintln!("  try: {remedy}");
        }
        self.status
    }
}
