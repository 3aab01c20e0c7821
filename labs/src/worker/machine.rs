//! What libraries want to know about the machine and read only once: it must be read before files are out of reach.
//!
//! delta-rs sizes its upload budget by the memory of the machine when it first writes, and panics when it may not look.

use std::sync::Arc;

use deltalake::arrow::datatypes::Schema;
use deltalake::datafile::writer::WriterConfig;

/// Has every such library look now.
pub fn look_at_it() {
    let _ = WriterConfig::new(Arc::new(Schema::empty()), Vec::new(), None, None, None, Default::default(), None);
}
