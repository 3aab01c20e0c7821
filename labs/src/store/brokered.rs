//! The worker's half: an object store that asks its parent over a [`Broker`].
//!
//! Invariant: it opens nothing itself. `PutMode::Create` is decided by the parent in one step, as Delta's commits need.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    Attributes, CopyMode, CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult,
    MultipartUpload, ObjectMeta, ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult,
    RenameOptions, RenameTargetMode, Result, UploadPart,
};
use parking_lot::Mutex;

use super::cache::{LARGEST_KEPT, ObjectCache, never_changes};
use super::call::{ObjectInfo, Refusal, Span, StoreCall, StoreFailure, StoreReply};

const STORE: &str = "workspace";

/// Carries a call to whoever holds the workspace.
#[async_trait]
pub trait Broker: std::fmt::Debug + Send + Sync + 'static {
    async fn call(&self, call: StoreCall, blob: Bytes) -> std::result::Result<(StoreReply, Bytes), BrokerGone>;
}

#[derive(Debug, thiserror::Error)]
#[error("the workspace cannot be reached: {0}")]
pub struct BrokerGone(pub String);

#[derive(Clone, Debug)]
pub struct BrokeredStore {
    broker: Arc<dyn Broker>,
    cache: Arc<Mutex<ObjectCache>>,
}

impl BrokeredStore {
    pub fn new(broker: Arc<dyn Broker>) -> Self {
        Self { broker, cache: Arc::default() }
    }

    async fn call(&self, call: StoreCall, blob: Bytes) -> Result<(StoreReply, Bytes)> {
        match self.broker.call(call, blob).await {
            Ok((StoreReply::Failed(failure), _)) => Err(error(failure)),
            Ok(served) => Ok(served),
            Err(gone) => Err(Error::Generic { store: STORE, source: Box::new(gone) }),
        }
    }

    async fn put(&self, location: &Path, bytes: Bytes, create: bool) -> Result<PutResult> {
        let call = StoreCall::Put { key: location.as_ref().to_owned(), create };
        self.cache.lock().forget(location);
        let (reply, _) = self.call(call, bytes.clone()).await?;
        let StoreReply::Object(object) = reply else { return Err(unexpected()) };
        let e_tag = object.e_tag.clone();
        self.cache.lock().keep(meta(&object)?, bytes);
        Ok(PutResult { e_tag, version: None })
    }

    /// The object's description, and its bytes from some offset on: all of them when they are kept or few.
    async fn fetch(&self, location: &Path, span: Span) -> Result<(ObjectMeta, u64, Bytes)> {
        let keeps = never_changes(location);
        if keeps && let Some((meta, bytes)) = self.cache.lock().get(location) {
            return Ok((meta, 0, bytes));
        }
        let whole_below = if keeps { LARGEST_KEPT } else { 0 };
        let call = StoreCall::Get { key: location.as_ref().to_owned(), span, whole_below };
        let (StoreReply::Bytes { object, start }, bytes) = self.call(call, Bytes::new()).await? else {
            return Err(unexpected());
        };
        let meta = meta(&object)?;
        if start == 0 && bytes.len() as u64 == meta.size {
            self.cache.lock().keep(meta.clone(), bytes.clone());
        }
        Ok((meta, start, bytes))
    }

    async fn head(&self, location: &Path) -> Result<ObjectMeta> {
        if never_changes(location) {
            // Whoever asks for a data file's size reads it next: fetch a small one along with the answer.
            return Ok(self.fetch(location, Span::Between(0, 1)).await?.0);
        }
        let (reply, _) = self.call(StoreCall::Head { key: location.as_ref().to_owned() }, Bytes::new()).await?;
        let StoreReply::Object(object) = reply else { return Err(unexpected()) };
        meta(&object)
    }

    fn list_behind(&self, prefix: Option<&Path>, after: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let text = |path: &Path| path.as_ref().to_owned();
        let (store, call) = (self.clone(), StoreCall::List { prefix: prefix.map(text), after: after.map(text) });
        stream::once(async move {
            match store.listing(call).await {
                Ok(listed) => listed.objects.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            }
        })
        .flat_map(stream::iter)
        .boxed()
    }

    async fn listing(&self, call: StoreCall) -> Result<ListResult> {
        let (StoreReply::Listing { objects, folders }, _) = self.call(call, Bytes::new()).await? else {
            return Err(unexpected());
        };
        let mut objects = objects.iter().map(meta).collect::<Result<Vec<_>>>()?;
        objects.sort_unstable_by(|a, b| a.location.cmp(&b.location));
        let common_prefixes = folders.iter().map(|folder| Ok(Path::parse(folder)?)).collect::<Result<Vec<_>>>()?;
        Ok(ListResult { common_prefixes, objects })
    }

    async fn remove(&self, location: &Path) -> Result<()> {
        self.cache.lock().forget(location);
        self.call(StoreCall::Delete { key: location.as_ref().to_owned() }, Bytes::new()).await?;
        Ok(())
    }
}

#[async_trait]
impl ObjectStore for BrokeredStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        let create = match opts.mode {
            PutMode::Create => true,
            PutMode::Overwrite => false,
            PutMode::Update(_) => return Err(unsupported("conditional update")),
        };
        self.put(location, payload.into(), create).await
    }

    async fn put_multipart_opts(&self, location: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Ok(Box::new(Upload { store: self.clone(), location: location.clone(), parts: Vec::new() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        if options.head {
            let meta = self.head(location).await?;
            options.check_preconditions(&meta)?;
            return Ok(result(meta, 0..0, Bytes::new()));
        }
        let (meta, start, bytes) = self.fetch(location, Span::from(options.range.as_ref())).await?;
        options.check_preconditions(&meta)?;
        let range = within(&options.range, meta.size)?;
        let bytes = cut(&bytes, start, &range)?;
        Ok(result(meta, range, bytes))
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let (Some(first), Some(last)) = (ranges.iter().map(|r| r.start).min(), ranges.iter().map(|r| r.end).max())
        else {
            return Ok(Vec::new());
        };
        // One trip for all: what lies between the ranges of one object here is less than a trip costs.
        let (_, start, bytes) = self.fetch(location, Span::Between(first, last)).await?;
        ranges.iter().map(|range| cut(&bytes, start, range)).collect()
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        locations
            .then(move |location| {
                let store = store.clone();
                async move {
                    let location = location?;
                    store.remove(&location).await?;
                    Ok(location)
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_behind(prefix, None)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_behind(prefix, Some(offset))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.listing(StoreCall::ListFolder { prefix: prefix.map(|prefix| prefix.as_ref().to_owned()) }).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let create = matches!(options.mode, CopyMode::Create);
        self.cache.lock().forget(to);
        let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
        self.call(StoreCall::Copy { from, to, create }, Bytes::new()).await?;
        Ok(())
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        let create = matches!(options.target_mode, RenameTargetMode::Create);
        self.cache.lock().forget(from);
        self.cache.lock().forget(to);
        let (from, to) = (from.as_ref().to_owned(), to.as_ref().to_owned());
        self.call(StoreCall::Rename { from, to, create }, Bytes::new()).await?;
        Ok(())
    }
}

impl std::fmt::Display for BrokeredStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the workspace")
    }
}

/// Parts are gathered here and written at once, so that half an upload is never seen; the quota bounds them.
#[derive(Debug)]
struct Upload {
    store: BrokeredStore,
    location: Path,
    parts: Vec<Bytes>,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.parts.extend(data);
        Box::pin(std::future::ready(Ok(())))
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let payload = PutPayload::from_iter(std::mem::take(&mut self.parts));
        self.store.put(&self.location, payload.into(), false).await
    }

    async fn abort(&mut self) -> Result<()> {
        self.parts.clear();
        Ok(())
    }
}

fn result(meta: ObjectMeta, range: Range<u64>, bytes: Bytes) -> GetResult {
    let payload = GetResultPayload::Stream(stream::once(std::future::ready(Ok(bytes))).boxed());
    GetResult { payload, meta, range, attributes: Attributes::default() }
}

fn within(range: &Option<GetRange>, size: u64) -> Result<Range<u64>> {
    match range {
        None => Ok(0..size),
        Some(range) => range.as_range(size).map_err(generic),
    }
}

/// The bytes of `range` out of `bytes`, which begin at `start` of the object.
fn cut(bytes: &Bytes, start: u64, range: &Range<u64>) -> Result<Bytes> {
    let place = |offset: u64| offset.checked_sub(start).and_then(|offset| usize::try_from(offset).ok());
    match (place(range.start), place(range.end)) {
        (Some(from), Some(to)) if from <= to && to <= bytes.len() => Ok(bytes.slice(from..to)),
        _ => Err(generic(BrokerGone("the answer holds other bytes than were asked for".to_owned()))),
    }
}

fn meta(object: &ObjectInfo) -> Result<ObjectMeta> {
    object.to_meta().ok_or_else(unexpected)
}

fn error(failure: StoreFailure) -> Error {
    match failure {
        StoreFailure::NotFound { key } => Error::NotFound { source: "no such object".into(), path: key },
        StoreFailure::AlreadyExists { key } => Error::AlreadyExists { source: "it is there".into(), path: key },
        StoreFailure::Forbidden { key } => {
            Error::PermissionDenied { source: "outside the workspace".into(), path: key }
        }
        StoreFailure::Refused(diagnostic) => generic(Refusal(diagnostic)),
        StoreFailure::Broken { key } => generic(BrokerGone(format!("the storage of `{key}` failed"))),
    }
}

fn generic(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Generic { store: STORE, source: Box::new(source) }
}

fn unexpected() -> Error {
    generic(BrokerGone("the answer fits no call".to_owned()))
}

fn unsupported(what: &str) -> Error {
    Error::NotSupported { source: what.into() }
}
