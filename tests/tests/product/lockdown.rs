//! The lock-down of workers, seen from outside: what a process holds, and what a statement can reach.

mod files;
mod held;
