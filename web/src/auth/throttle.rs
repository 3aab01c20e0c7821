//! The brake on guessing: wrong passwords are counted by account and by address, wrong codes of exams by account.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use crate::config::{SIGN_IN_FAILURES_OF_ACCOUNT, SIGN_IN_FAILURES_OF_ADDRESS, SIGN_IN_WINDOW, WRONG_CODES_OF_ACCOUNT};
use crate::store::{self, CourseId, Store, UserId, sign_in_failures, users};

/// The subjects that a failure counts for, with the failures that each may have; the first one is the account.
pub struct Subjects(Vec<(String, i64)>);

impl Subjects {
    pub fn new(login: &str, address: IpAddr) -> Self {
        let account = format!("account:{}", users::canonical_login(login));
        Self(vec![(account, SIGN_IN_FAILURES_OF_ACCOUNT), (format!("address:{address}"), SIGN_IN_FAILURES_OF_ADDRESS)])
    }

    /// Of the code that an exam asks for. A room shares its address, so that only the account counts.
    pub fn of_code(user: UserId, course: CourseId, quiz: &str) -> Self {
        Self(vec![(format!("code:{user}:{course}:{quiz}"), WRONG_CODES_OF_ACCOUNT)])
    }

    /// How long to wait when there were too many failures; what was given is not even looked at then.
    pub async fn wait(&self, store: &Store, at: Timestamp) -> store::Result<Option<SignedDuration>> {
        for (subject, most) in &self.0 {
            let recent = sign_in_failures::recent(store, subject, SIGN_IN_WINDOW, at).await?;
            if let Some(failures) = recent.filter(|failures| failures.count >= *most) {
                return Ok(Some(SIGN_IN_WINDOW - at.duration_since(failures.first_at)));
            }
        }
        Ok(None)
    }

    pub async fn failed(&self, store: &Store, at: Timestamp) -> store::Result<()> {
        for (subject, _) in &self.0 {
            sign_in_failures::record(store, subject, SIGN_IN_WINDOW, at).await?;
        }
        Ok(())
    }

    /// What is right clears the account; an address keeps its count, or an attacker's own account would reset it.
    pub async fn succeeded(&self, store: &Store) -> store::Result<()> {
        sign_in_failures::forget(store, &self.0[0].0).await
    }
}
