mod job;
mod quiz;
