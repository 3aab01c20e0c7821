//! `users`: people who can sign in.

use jiff::Timestamp;

use super::instants::Millis;
use super::{Result, Store, UserId};

#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct User {
    pub id: UserId,
    pub login: String,
    pub name: String,
}

/// What a sign-in is checked against.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Credentials {
    pub id: UserId,
    pub password_hash: String,
}

/// The form in which logins are kept and compared.
pub fn canonical_login(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Every login, also of people who may not sign in any more.
pub async fn logins(store: &Store) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar("SELECT login FROM users ORDER BY login").fetch_all(&store.pool).await?)
}

/// Adds a person, or gives the one who has that login already.
pub async fn ensure(store: &Store, login: &str, name: &str, password_hash: &str, at: Timestamp) -> Result<UserId> {
    let login = canonical_login(login);
    let mut transaction = store.write().await?;
    sqlx::query(
        "INSERT INTO users (login, name, password_hash, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (login) DO NOTHING",
    )
    .bind(&login)
    .bind(name)
    .bind(password_hash)
    .bind(Millis::from(at))
    .execute(&mut *transaction)
    .await?;
    let id =
        sqlx::query_scalar("SELECT id FROM users WHERE login = $1").bind(&login).fetch_one(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(id)
}

/// The person of that login who may sign in.
pub async fn credentials(store: &Store, login: &str) -> Result<Option<Credentials>> {
    let row = sqlx::query_as("SELECT id, password_hash FROM users WHERE login = $1 AND disabled_at IS NULL")
        .bind(canonical_login(login))
        .fetch_optional(&store.pool)
        .await?;
    Ok(row)
}

/// The person, unless disabled.
pub async fn by_id(store: &Store, id: UserId) -> Result<Option<User>> {
    let row = sqlx::query_as("SELECT id, login, name FROM users WHERE id = $1 AND disabled_at IS NULL")
        .bind(id)
        .fetch_optional(&store.pool)
        .await?;
    Ok(row)
}

/// Ends a person's access; what they did stays.
pub async fn disable(store: &Store, id: UserId, at: Timestamp) -> Result<()> {
    sqlx::query("UPDATE users SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL")
        .bind(id)
        .bind(Millis::from(at))
        .execute(&store.pool)
        .await?;
    Ok(())
}

/// The person, disabled or not: what they did is still theirs.
pub async fn by_id_or_former(store: &Store, id: UserId) -> Result<Option<User>> {
    let row =
        sqlx::query_as("SELECT id, login, name FROM users WHERE id = $1").bind(id).fetch_optional(&store.pool).await?;
    Ok(row)
}

/// Whether somebody has that login.
pub async fn exists(store: &Store, login: &str) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar("SELECT 1 FROM users WHERE login = $1")
        .bind(canonical_login(login))
        .fetch_optional(&store.pool)
        .await?;
    Ok(found.is_some())
}
