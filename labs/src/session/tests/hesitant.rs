//! A store whose calls wait their turn: before each it gives way to other tasks as often as a seed says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::StreamExt;
use futures::stream::{self, BoxStream};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, Result,
};

/// Turns that a call lets pass at most.
const MOST: u64 = 24;

#[derive(Clone, Debug)]
pub struct Hesitant {
    inner: Arc<InMemory>,
    state: Arc<AtomicU64>,
}

impl Hesitant {
    pub fn new(inner: Arc<InMemory>, seed: u64) -> Self {
        Self { inner, state: Arc::new(AtomicU64::new(seed)) }
    }

    /// Steps of a linear congruential generator (Knuth's MMIX) say how many turns.
    async fn give_way(&self) {
        let next = |state: u64| state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let state = next(self.state.load(Ordering::Relaxed));
        self.state.store(state, Ordering::Relaxed);
        for _ in 0..(state >> 33) % MOST {
            tokio::task::yield_now().await;
        }
    }
}

impl std::fmt::Display for Hesitant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a store that gives way")
    }
}

#[async_trait::async_trait]
impl ObjectStore for Hesitant {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.give_way().await;
        self.inner.put_opts(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.give_way().await;
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.give_way().await;
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        stream::once(async move {
            store.give_way().await;
            store.inner.delete_stream(locations)
        })
        .flatten()
        .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (store, prefix) = (self.clone(), prefix.cloned());
        stream::once(async move {
            store.give_way().await;
            store.inner.list(prefix.as_ref())
        })
        .flatten()
        .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.give_way().await;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.give_way().await;
        self.inner.copy_opts(from, to, options).await
    }
}
