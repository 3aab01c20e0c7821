//! The server as people start and meet it: a real process, a real socket.

mod alone;
mod cases;
mod first_start;
mod handing_in;
mod job_runs;
mod lessons;
mod marks;
mod other_course;
mod publishing;
pub mod quizzes;
mod refusals;
mod replaying;
mod start;
mod watching;
