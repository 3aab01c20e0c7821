//! The brake on guessing: wrong passwords are counted by account and by address, wrong codes of exams by account.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use crate::config::{
    CODES_WINDOW, MOST_CODES, SIGN_IN_FAILURES_OF_ACCOUNT, SIGN_IN_FAILURES_OF_ADDRESS, SIGN_IN_WINDOW,
};
use crate::store::{self, CourseId, Store, UserId, sign_in_failures, users};

/// The two subjects that a sign-in counts for, with the failures that each may have.
pub struct Subjects([(String, i64); 2]);

impl Subjects {
    pub fn new(login: &str, address: IpAddr) -> Self {
        let account = format!("account:{}", users::canonical_login(login));
        Self([(account, SIGN_IN_FAILURES_OF_ACCOUNT), (format!("address:{address}"), SIGN_IN_FAILURES_OF_ADDRESS)])
    }

    /// How long to wait when there were too many failures; the password is not even looked at then.
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

    /// A right password clears the account; the address keeps its count, or an attacker's own account would reset it.
    pub async fn succeeded(&self, store: &Store) -> store::Result<()> {
        sign_in_failures::forget(store, &self.0[0].0).await
    }
}

/// The codes that a student tries for an exam. A room shares its address, so that only the account counts.
pub struct Codes(String);

impl Codes {
    pub fn new(user: UserId, (course, quiz): (CourseId, &str)) -> Self {
        Self(format!("code:{user}:{course}:{quiz}"))
    }

    /// Counts a code before it is looked at, so that many at once are no way around; how long to wait when there were too
    /// many.
    pub async fn count(&self, store: &Store, at: Timestamp) -> store::Result<Option<SignedDuration>> {
        let tried = sign_in_failures::record(store, &self.0, CODES_WINDOW, at).await?;
        Ok((tried.count > MOST_CODES).then(|| CODES_WINDOW - at.duration_since(tried.first_at)))
    }

    /// A right code clears the count.
    pub async fn succeeded(&self, store: &Store) -> store::Result<()> {
        sign_in_failures::forget(store, &self.0).await
    }
}
