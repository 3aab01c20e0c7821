//! The object store of one workspace, in two halves that talk over the sandbox's pipe.
//!
//! [`ScopedStore`] lives in the parent: it holds the folder, checks every key against the workspace's prefix, counts
//! bytes and files, and refuses at the quota. [`BrokeredStore`] lives in the worker: an
//! [`ObjectStore`](object_store::ObjectStore) that asks the parent for everything and keeps objects that can never
//! change. Neither knows what a table is beyond the names of Delta's log files.

mod brokered;
mod cache;
mod call;
mod key;
mod mend;
mod quota;
mod scoped;

pub use brokered::{Broker, BrokerGone, BrokeredStore};
pub use call::{ObjectInfo, Refusal, Span, StoreCall, StoreFailure, StoreReply};
pub use quota::Usage;
pub use scoped::{ScopedStore, StoreError};

#[cfg(test)]
mod tests;
