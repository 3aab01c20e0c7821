//! The process that runs student work: its entry point, its lock-down and its request loop.
