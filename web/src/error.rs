//! What a visitor is told when a request cannot be answered as asked.
//!
//! Two kinds, never mixed: a [`Problem`] is about the request and is written for the visitor; a [`Fault`] is ours, is
//! logged once with its causes, and shows a reference number only. Handlers return either with `?`; the middleware
//! [`show::show`] turns it into a page, a fragment or JSON, as the browser asked.

mod problem;
pub mod show;

use rand::Rng;

pub use problem::Problem;

/// A failure of the server. The visitor sees the reference, the log holds the rest.
#[derive(Debug)]
pub struct Fault(Box<dyn std::error::Error + Send + Sync>);

impl Fault {
    pub fn new(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }

    /// The error itself, for a command that prints it.
    pub fn into_source(self) -> Box<dyn std::error::Error + Send + Sync> {
        self.0
    }

    /// Logs the fault with its causes; gives the number it was logged under.
    pub fn log(&self) -> String {
        let reference = hex::encode(rand::rng().random::<[u8; 4]>());
        tracing::error!(reference, fault = %chain(self.0.as_ref()), "a request failed");
        reference
    }
}

/// The error and what caused it, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

macro_rules! faults {
    ($($error:ty),*) => {$(
        impl From<$error> for Fault {
            fn from(error: $error) -> Self {
                Self(Box::new(error))
            }
        }

        impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                Problem::from(Fault::from(error))
            }
        }
    )*};
}

faults!(crate::store::StoreError, tower_sessions::session::Error, serde_json::Error, askama::Error);
