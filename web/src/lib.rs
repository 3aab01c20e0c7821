//! The server, its pages, its store and the command line `sandbar`.

pub mod cli;
