//! Passwords: argon2id hashes in PHC form, made and checked away from the threads that serve requests.

use std::sync::{Arc, LazyLock};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use rand::Rng;
use tokio::sync::Semaphore;

/// Hashes at work at the same time: each takes 19 MiB and a processor.
const PARALLEL: usize = 2;

/// A hash of a password that nobody has: an unknown login costs the time of a known one.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| hash(&random()).ok());

#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error("the password could not be hashed: {0}")]
    Hash(String),
    #[error("the thread that hashes passwords ended")]
    Interrupted,
}

/// Limits how many passwords are hashed at the same time.
#[derive(Clone, Debug)]
pub struct Hashing {
    places: Arc<Semaphore>,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PARALLEL)) }
    }
}

impl Hashing {
    /// Whether the password belongs to the hash; without a hash never, after the same work.
    ///
    /// # Errors
    /// Only when the work itself could not be done.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, PasswordError> {
        let _place = self.places.acquire().await.map_err(|_| PasswordError::Interrupted)?;
        let work = move || {
            let matched = hash.as_deref().or(NOBODY.as_deref()).is_some_and(|hash| matches(&password, hash));
            matched && hash.is_some()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| PasswordError::Interrupted)
    }
}

/// The hash to keep, with a salt of its own.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| PasswordError::Hash(error.to_string()))
}

/// A password that cannot be guessed: 24 letters and digits without look-alikes.
pub fn random() -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = rand::rng();
    (0..24).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let hashing = Hashing::default();
        let kept = hash("correct horse").unwrap();
        assert!(kept.starts_with("$argon2id$"), "{kept}");
        assert!(hashing.verify("correct horse".into(), Some(kept.clone())).await.unwrap());
        assert!(!hashing.verify("correct horse ".into(), Some(kept.clone())).await.unwrap());
        assert_ne!(kept, hash("correct horse").unwrap(), "each hash has its own salt");
    }

    #[tokio::test]
    async fn nobody_signs_in_without_a_hash() {
        assert!(!Hashing::default().verify(String::new(), None).await.unwrap());
        assert!(!Hashing::default().verify(String::new(), Some("not a hash".into())).await.unwrap());
    }

    #[test]
    fn random_passwords_differ() {
        assert_eq!(random().len(), 24);
        assert_ne!(random(), random());
    }
}
