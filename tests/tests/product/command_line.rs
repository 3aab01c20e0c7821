//! The command line as others script against it: what it prints, where, and its exit status.

mod authoring_page;
pub mod check;
mod exit_status;
mod grade;
mod grade_corpus;
mod grade_formats;
mod grade_inputs;
mod grade_kinds;
mod grade_services;
mod job;
mod job_run;
mod job_told;
mod new;
mod own_check;
mod pack;
mod quiz;
mod run;
mod sql_input;
mod sql_objects;
mod sql_tables;
mod sql_workspace;
