//! `audit`: who did what. Only added to.

use jiff::Timestamp;

use super::instants::Millis;
use super::{Result, Store, UserId};

/// Records that `user` did `action` (`signed_in`, `submitted`) to `subject` (`labs/delta/submissions/7`).
pub async fn record(store: &Store, user: UserId, action: &str, subject: &str, at: Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO audit (user_id, action, subject, at) VALUES ($1, $2, $3, $4)")
        .bind(user)
        .bind(action)
        .bind(subject)
        .bind(Millis::from(at))
        .execute(&store.pool)
        .await?;
    Ok(())
}
