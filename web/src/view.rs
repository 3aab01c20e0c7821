//! What each template shows: plain data, one struct a template, nothing computed.
//!
//! Mirrors `web/templates/`. Handlers in `pages/` fill these and return them. A view knows neither the store, nor the
//! engine, nor the request; every text in it is ready to be shown, in the reader's time zone where it names a time.

pub mod case;
pub mod certification;
pub mod changes;
pub mod checks;
pub mod dashboard;
pub mod error;
pub mod film;
pub mod filters;
pub mod glossary;
pub mod gradebook;
pub mod inspector;
pub mod job;
pub mod job_run;
pub mod job_runs;
pub mod lab;
pub mod layout;
pub mod lesson;
pub mod lesson_log;
pub mod lesson_question;
pub mod output;
pub mod overview;
pub mod preview;
pub mod progress;
pub mod quiz;
pub mod regrade;
pub mod release;
pub mod report;
pub mod sign_in;
pub mod submissions;
pub mod table;
pub mod tables;
pub mod teach_lab;
pub mod teach_quiz;
pub mod widgets;
