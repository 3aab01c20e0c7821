//! The binary `sandbar`: a worker when started as one, else the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::SUCCESS
}
