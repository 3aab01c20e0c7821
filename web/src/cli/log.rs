//! What the program notes about itself, on standard error.

use tracing_subscriber::EnvFilter;

/// Starts the log at this level; the environment variable `SANDBAR_LOG` says otherwise (`debug`, `sandbar_labs=trace`).
pub fn start(level: &str) {
    let filter = EnvFilter::try_from_env("SANDBAR_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start keeps the first log.
    let _ = log.compact().try_init();
}
