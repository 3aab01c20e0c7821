//! Values that are made once, for the first one who asks.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::OnceCell;

/// By key.
#[derive(Debug)]
pub struct Once<T>(Mutex<HashMap<String, Arc<OnceCell<Arc<T>>>>>);

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Once<T> {
    /// The value of that key; others who ask meanwhile wait for the one that is being made. When it cannot be made, the
    /// next one who asks has it tried again.
    ///
    /// # Errors
    /// What `make` says.
    pub async fn get<E>(&self, key: String, make: impl Future<Output = Result<T, E>>) -> Result<Arc<T>, E> {
        let cell = Arc::clone(self.0.lock().entry(key).or_default());
        let made = cell.get_or_try_init(|| async { make.await.map(Arc::new) }).await?;
        Ok(Arc::clone(made))
    }

    /// Drops the values of other keys.
    pub fn retain(&self, keys: &HashSet<String>) {
        self.0.lock().retain(|key, _| keys.contains(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_value_is_made_once_unless_it_failed_or_was_dropped() {
        let once = Once::default();
        let get = |key: &str, made: Result<u8, &'static str>| once.get(key.to_owned(), async move { made });
        assert_eq!(get("a", Err("no")).await, Err("no"));
        assert_eq!(get("a", Ok(1)).await, Ok(Arc::new(1)));
        assert_eq!(get("a", Ok(2)).await, Ok(Arc::new(1)), "it is there");
        once.retain(&HashSet::from(["b".to_owned()]));
        assert_eq!(get("a", Ok(3)).await, Ok(Arc::new(3)));
    }
}
