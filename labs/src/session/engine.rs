//! DataFusion as every session starts with it: one template a process, no files, no disk, no foreign stores.
//!
//! Invariant: a session's registry of object stores holds what was put there and nothing else, so no `file://` and no
//! URL can be reached, whatever a plan says.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::common::{DataFusionError, Result};
use datafusion::execution::TaskContext;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::GreedyMemoryPool;
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;
use object_store::ObjectStore;
use parking_lot::RwLock;
use url::Url;

static TEMPLATE: LazyLock<SessionState> = LazyLock::new(template);

/// What every session's own state begins as: the template without its functions of rows. Plans hold their functions
/// themselves, and hundreds of names would be copied for each session and for each statement.
static LEAN: LazyLock<SessionState> = LazyLock::new(|| {
    let mut builder = SessionStateBuilder::new_from_existing(TEMPLATE.clone());
    // Of the aggregates the optimizer takes `first_value` by its name.
    (*builder.scalar_functions(), *builder.higher_order_functions(), *builder.window_functions()) = Default::default();
    builder.build()
});

/// Where functions are looked up. A session's own state is no place for that: it is put together again from a hash map, so
/// which of two functions answers to a name that is the alias of one of them is up to chance.
pub fn functions() -> &'static SessionState {
    &TEMPLATE
}

/// A function of one row by its name.
pub fn scalar_function(name: &str) -> Option<Arc<datafusion::logical_expr::ScalarUDF>> {
    TEMPLATE.scalar_functions().get(name).cloned()
}

/// A session's own state: rules of the template, its own memory pool and stores. Functions are in [`functions`].
pub fn state(memory_bytes: u64) -> SessionState {
    let runtime = RuntimeEnvBuilder::new()
        .with_object_store_registry(Arc::new(SealedRegistry::default()))
        .with_memory_pool(Arc::new(GreedyMemoryPool::new(usize::try_from(memory_bytes).unwrap_or(usize::MAX))))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .build_arc()
        .unwrap_or_else(|_| Arc::new(RuntimeEnv::default()));
    SessionStateBuilder::new_from_existing(LEAN.clone()).with_runtime_env(runtime).build()
}

/// What the operators of a plan run in. They hold their functions themselves.
pub fn task(state: &SessionState) -> Arc<TaskContext> {
    let (id, config, runtime) =
        (state.session_id().to_owned(), state.config().clone(), Arc::clone(state.runtime_env()));
    let (scalar, higher_order, aggregate, window) = Default::default();
    Arc::new(TaskContext::new(None, id, config, scalar, higher_order, aggregate, window, runtime))
}

fn template() -> SessionState {
    let mut config =
        SessionConfig::new().with_target_partitions(1).with_information_schema(false).with_batch_size(4096);
    let options = config.options_mut();
    options.sql_parser.parse_float_as_decimal = true;
    options.sql_parser.enable_ident_normalization = false;
    options.sql_parser.map_string_types_to_utf8view = false;
    // NULLs are the smallest values: first when ascending, last when descending.
    options.sql_parser.default_null_ordering = "nulls_min".to_owned();
    // It mixes a view's qualified and unqualified columns in one projection, and then finds them ambiguous.
    options.optimizer.enable_leaf_expression_pushdown = false;
    options.execution.parquet.schema_force_view_types = false;
    options.execution.collect_statistics = false;
    options.execution.enable_ansi_mode = true;
    options.execution.time_zone = Some("UTC".to_owned());
    options.catalog.create_default_catalog_and_schema = false;
    let builder = SessionStateBuilder::new().with_config(config).with_default_features();
    super::functions::install(builder)
}

/// Stores by scheme and host; only what a session registers.
#[derive(Debug, Default)]
struct SealedRegistry {
    stores: RwLock<HashMap<String, Arc<dyn ObjectStore>>>,
}

fn key(url: &Url) -> String {
    format!("{}://{}", url.scheme(), url.host_str().unwrap_or_default())
}

impl ObjectStoreRegistry for SealedRegistry {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        self.stores.write().insert(key(url), store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let store = self.stores.read().get(&key(url)).cloned();
        store.ok_or_else(|| DataFusionError::Execution("there is no such place in the workspace".to_owned()))
    }
}
