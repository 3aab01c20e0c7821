//! `sessions`: signed-in browsers, as the session layer's storage.

use async_trait::async_trait;
use jiff::Timestamp;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};

use super::Store;
use super::instants::Millis;

/// Sessions in the database. A browser holds only the random id.
#[derive(Clone, Debug)]
pub struct DatabaseSessions {
    store: Store,
}

impl DatabaseSessions {
    pub fn new(store: Store) -> Self {
        Self { store }
    }
}

#[async_trait]
impl SessionStore for DatabaseSessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        while !insert(&self.store, record).await? {
            record.id = Id::default();
        }
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        sqlx::query(
            "INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3)
             ON CONFLICT (id) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at",
        )
        .bind(record.id.to_string())
        .bind(data_of(record)?)
        .bind(expiry_of(record))
        .execute(&self.store.pool)
        .await
        .map_err(backend)?;
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let data: Option<String> = sqlx::query_scalar("SELECT data FROM sessions WHERE id = $1 AND expires_at > $2")
            .bind(id.to_string())
            .bind(Millis::from(super::now()))
            .fetch_optional(&self.store.pool)
            .await
            .map_err(backend)?;
        data.map(|data| serde_json::from_str(&data).map_err(|error| Error::Decode(error.to_string()))).transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query("DELETE FROM sessions WHERE id = $1")
            .bind(id.to_string())
            .execute(&self.store.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

/// Removes sessions that nobody can use any more; gives how many.
pub async fn delete_expired(store: &Store, at: Timestamp) -> super::Result<u64> {
    let done =
        sqlx::query("DELETE FROM sessions WHERE expires_at <= $1").bind(Millis::from(at)).execute(&store.pool).await?;
    Ok(done.rows_affected())
}

async fn insert(store: &Store, record: &Record) -> Result<bool> {
    let done =
        sqlx::query("INSERT INTO sessions (id, data, expires_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING")
            .bind(record.id.to_string())
            .bind(data_of(record)?)
            .bind(expiry_of(record))
            .execute(&store.pool)
            .await
            .map_err(backend)?;
    Ok(done.rows_affected() == 1)
}

fn data_of(record: &Record) -> Result<String> {
    serde_json::to_string(record).map_err(|error| Error::Encode(error.to_string()))
}

fn expiry_of(record: &Record) -> i64 {
    i64::try_from(record.expiry_date.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn backend(error: sqlx::Error) -> Error {
    Error::Backend(error.to_string())
}
