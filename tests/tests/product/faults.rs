//! What happens when processes die or misbehave: nothing is lost, nothing is torn, nobody else notices.

mod endless_query;
mod killed_server;
mod killed_worker;
mod ledger;
mod many;
mod memory;
mod quiz_scoring;
mod runaway;
