//! Values that are made once, for the first one who asks, and to the end also when they go away: what a walkthrough
//! leaves behind is tidied up by the one who made it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::Missing;

/// What a value is made of, and where that stands in its file: a mistake is told with its line.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    pub content: String,
    pub lines: String,
}

type Cell<T> = Arc<OnceCell<Arc<T>>>;

/// By key; what could not be made, too, where it stays so.
#[derive(Debug)]
pub struct Once<T> {
    made: Mutex<HashMap<String, Cell<T>>>,
    wrong: Arc<Mutex<HashMap<Key, Missing>>>,
}

impl<T> Default for Once<T> {
    fn default() -> Self {
        Self { made: Mutex::default(), wrong: Arc::default() }
    }
}

impl<T: Send + Sync + 'static> Once<T> {
    /// The value of that key; others who ask meanwhile wait for the one that is being made. When it could not be made, and
    /// by no mistake of its author's, the next one who asks has it tried again.
    ///
    /// # Errors
    /// What `make` says.
    pub async fn get<F>(&self, key: Key, make: impl FnOnce() -> F) -> Result<Arc<T>, Missing>
    where
        F: Future<Output = Result<T, Missing>> + Send + 'static,
    {
        if let Some(why) = self.wrong.lock().get(&key) {
            return Err(why.clone());
        }
        let cell = Arc::clone(self.made.lock().entry(key.content.clone()).or_default());
        if let Some(made) = cell.get() {
            return Ok(Arc::clone(made));
        }
        let (make, wrong) = (make(), Arc::clone(&self.wrong));
        let making = tokio::spawn(async move {
            let made = cell.get_or_try_init(|| async { make.await.map(Arc::new) }).await;
            if let Err(why) = &made
                && why.lasts()
            {
                wrong.lock().insert(key, why.clone());
            }
            made.cloned()
        });
        making.await?
    }

    /// Drops what belongs to other keys.
    pub fn retain(&self, keys: &HashSet<Key>) {
        self.made.lock().retain(|content, _| keys.iter().any(|key| key.content == *content));
        self.wrong.lock().retain(|key, _| keys.contains(key));
    }
}

#[cfg(test)]
mod tests {
    use sandbar_labs::diagnostic::Finding;

    use super::*;

    fn key(content: &str, lines: &str) -> Key {
        Key { content: content.to_owned(), lines: lines.to_owned() }
    }

    /// What comes of asking for that key, where making it would come to `made`.
    async fn get(once: &Once<u8>, key: Key, made: Result<u8, Missing>) -> Result<u8, String> {
        let got = once.get(key, || async move { made }).await;
        got.map(|value| *value).map_err(|why| match why {
            Missing::Engine => String::new(),
            Missing::Wrong(found) => found.into_iter().map(|finding| finding.code).collect(),
        })
    }

    fn wrong(code: &str) -> Result<u8, Missing> {
        Err(Missing::Wrong(vec![Finding::error(code, "", "It is so.")]))
    }

    #[tokio::test]
    async fn a_value_is_made_once_unless_it_was_dropped() {
        let once = Once::default();
        let a = || key("a", "1");
        assert_eq!(get(&once, a(), Err(Missing::Engine)).await, Err(String::new()));
        assert_eq!(get(&once, a(), Ok(1)).await, Ok(1));
        assert_eq!(get(&once, a(), Ok(2)).await, Ok(1), "it is there");
        assert_eq!(get(&once, key("a", "7"), Ok(2)).await, Ok(1), "wherever it stands");
        once.retain(&HashSet::from([key("b", "1")]));
        assert_eq!(get(&once, a(), Ok(3)).await, Ok(3));
    }

    #[tokio::test]
    async fn a_mistake_is_remembered_as_long_as_it_stands_there_and_a_fault_is_not() {
        let once = Once::default();
        let a = || key("a", "1");
        assert_eq!(get(&once, a(), wrong("UNAVAILABLE")).await, Err("UNAVAILABLE".to_owned()));
        assert_eq!(get(&once, a(), wrong("SNIPPET_FAILS")).await, Err("SNIPPET_FAILS".to_owned()));
        assert_eq!(get(&once, a(), Ok(1)).await, Err("SNIPPET_FAILS".to_owned()), "it is not tried again");
        assert_eq!(get(&once, key("a", "2"), wrong("OTHER")).await, Err("OTHER".to_owned()), "its line is another");
        once.retain(&HashSet::from([key("a", "2")]));
        assert_eq!(get(&once, a(), Ok(1)).await, Ok(1), "nobody asked for it any more");
    }

    #[tokio::test]
    async fn what_was_begun_is_made_to_the_end_when_who_asked_goes_away() {
        let once = Arc::new(Once::<u8>::default());
        let (begun, began) = tokio::sync::oneshot::channel();
        let (end, ended) = tokio::sync::oneshot::channel::<()>();
        let asking = tokio::spawn({
            let once = Arc::clone(&once);
            let make = async move {
                let _ = begun.send(());
                let _ = ended.await;
                Ok(1)
            };
            async move { once.get(key("a", ""), || make).await }
        });
        began.await.unwrap();
        asking.abort();
        assert!(asking.await.is_err_and(|why| why.is_cancelled()));
        end.send(()).unwrap();
        assert_eq!(get(&once, key("a", ""), Ok(2)).await, Ok(1));
    }
}
