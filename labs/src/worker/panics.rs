//! Keeps what the last panic said, for the answer that reports it.

use parking_lot::Mutex;

static LAST: Mutex<Option<String>> = Mutex::new(None);

/// From now on panics are remembered instead of printed.
pub fn remember() {
    std::panic::set_hook(Box::new(|panic| *LAST.lock() = Some(panic.to_string())));
}

/// What the last panic said and where it was.
pub fn last() -> String {
    LAST.lock().take().unwrap_or_else(|| "a panic without a text".to_owned())
}
