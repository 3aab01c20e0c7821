//! The server's settings: every flag, every environment variable and every fixed bound, in this one place.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;

/// What `sandbar serve` is told. Each flag can also be given by the variable in brackets.
#[derive(Clone, Debug, clap::Args)]
pub struct ServeSettings {
    /// Address and port to listen on
    #[arg(long, env = "SANDBAR_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Folder of the database and of the students' tables; made when it is missing
    #[arg(long, env = "SANDBAR_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// Folder of a course; without it, what `sandbar publish` published last, or else the course that is built in
    #[arg(long, env = "SANDBAR_CONTENT", value_name = "DIR")]
    pub content: Option<PathBuf>,
    /// Folder of a course that somebody is writing: it is read again when a file changes, open pages come anew, and
    /// mistakes are shown on them
    #[arg(long, value_name = "DIR", conflicts_with = "content")]
    pub watch: Option<PathBuf>,
    /// Sign in with a sample class whose passwords are public. Not for real students
    #[arg(long, env = "SANDBAR_DEMO")]
    pub demo: bool,
    /// People reach the server by https (through a proxy): send cookies by https only
    #[arg(long, env = "SANDBAR_HTTPS")]
    pub https: bool,
    /// Requests come through a proxy that sets X-Forwarded-For: count wrong passwords by its last address
    #[arg(long, env = "SANDBAR_BEHIND_PROXY")]
    pub behind_proxy: bool,
    /// Worker processes that may run statements at the same time
    #[arg(long, env = "SANDBAR_WORKERS", default_value_t = default_workers(), value_name = "N")]
    pub workers: usize,
    /// Worker processes kept warm for the next student
    #[arg(long, env = "SANDBAR_SPARES", default_value_t = 1, value_name = "N")]
    pub spares: usize,
}

/// What is logged unless `SANDBAR_LOG` says otherwise, in the syntax of `tracing_subscriber::EnvFilter`.
pub const DEFAULT_LOG: &str = "warn,sandbar_web=info,sandbar_labs=info";

/// Database and lock within the data folder.
pub const DATABASE_FILE: &str = "sandbar.sqlite";
pub const LOCK_FILE: &str = "sandbar.lock";
/// The students' tables within the data folder.
pub const TABLES_FOLDER: &str = "tables";
/// The archives of releases within the data folder.
pub const RELEASES_FOLDER: &str = "releases";
/// The section that everybody is in until there are others.
pub const FIRST_SECTION: &str = "All";
/// How long requests under way may take after the server was asked to stop.
pub const GOODBYE: Duration = Duration::from_secs(15);

/// A request's body; more is answered with 413.
pub const MAX_BODY_BYTES: usize = 3 * 1024 * 1024;
/// How much of a body that is too large is read and dropped, so that the browser gets to see the answer.
pub const MAX_DRAINED_BYTES: usize = 64 * 1024 * 1024;
/// One text that a student edits or one file that is handed in.
pub const MAX_DOCUMENT_BYTES: usize = 2 * 1024 * 1024;
pub const MAX_CELLS: usize = 500;

/// A session ends when nobody used it for so long.
pub const SESSION_IDLE: Duration = Duration::from_hours(14 * 24);
pub const SESSION_COOKIE: &str = "sandbar";
pub const SESSION_COOKIE_HTTPS: &str = "__Host-sandbar";

/// Wrong passwords within the window after which an account, or an address, has to wait for its end.
pub const SIGN_IN_WINDOW: SignedDuration = SignedDuration::from_mins(15);
pub const SIGN_IN_FAILURES_OF_ACCOUNT: i64 = 10;
pub const SIGN_IN_FAILURES_OF_ADDRESS: i64 = 100;
/// Codes of an exam that a student may try within the window.
pub const MOST_CODES: i64 = 10;
pub const CODES_WINDOW: SignedDuration = SignedDuration::from_mins(3);

/// A worker that grades must be done or renew within this time.
pub const GRADING_LEASE: SignedDuration = SignedDuration::from_secs(180);
/// Leases of one submission before it is put aside for staff.
pub const GRADING_TRIES: i64 = 5;
/// How long a submission's page waits for its report before it says that grading goes on.
pub const GRADING_PATIENCE: Duration = Duration::from_secs(2);

/// What one run of a job may take in real time, and how many attempts it may make; then it is cancelled.
pub const JOB_RUN_WALL: Duration = Duration::from_secs(600);
pub const JOB_RUN_MOST_ATTEMPTS: usize = 2_000;

/// What a dashboard's page may take to ask its data sets, all of them together.
pub const DASHBOARD_WALL: Duration = Duration::from_secs(20);

/// The seed of checks and runs that count for nothing: the same for everybody, so that two students can compare.
pub const PRACTICE_SEED: u64 = 1;

/// Answers that arrive so long after the deadline still count: the clock is ours, the network is not the student's fault.
pub const QUIZ_GRACE: SignedDuration = SignedDuration::from_secs(5);

fn default_workers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).max(2)
}
