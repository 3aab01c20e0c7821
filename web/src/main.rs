//! The binary `sandbar`: a worker when started as one, else the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    // A worker must not see configuration, files or the environment, so this comes before anything else.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == sandbar_labs::worker::ARGUMENT) {
        return sandbar_labs::worker::run();
    }
    sandbar_web::cli::main()
}
