//! What a workspace keeps besides its tables: temp views, widgets, options, and how names are written.
//!
//! Invariant: with the tables' logs it is all that a session is made of, so any worker can take over. It is one object,
//! written only when it changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use serde::{Deserialize, Serialize};

use super::errors::EngineFault;

const PLACE: &str = "_sandbar/session.json";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Journal {
    /// Tables whose names are not all lower case, as written.
    pub names: BTreeMap<String, String>,
    /// Temp views by lower-case name.
    pub views: BTreeMap<String, View>,
    /// Widgets by lower-case name.
    pub widgets: BTreeMap<String, Widget>,
    /// Options that SET gave another value, by lower-case key.
    pub options: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// As written.
    pub name: String,
    /// As shown.
    pub columns: Vec<String>,
    /// The query.
    pub text: String,
    /// Values that the query's parameters had when the view was made.
    pub parameters: BTreeMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Widget {
    pub name: String,
    pub kind: String,
    pub default: String,
    pub choices: Vec<String>,
}

impl Journal {
    /// # Errors
    /// When the store cannot be read or holds something else there.
    pub async fn load(store: &Arc<dyn ObjectStore>) -> Result<Self, EngineFault> {
        let fault = |error: &dyn std::fmt::Display| EngineFault::internal(format!("the session's journal: {error}"));
        match store.get(&Path::from(PLACE)).await {
            Ok(object) => {
                let bytes = object.bytes().await.map_err(|error| fault(&error))?;
                serde_json::from_slice(&bytes).map_err(|error| fault(&error))
            }
            Err(object_store::Error::NotFound { .. }) => Ok(Self::default()),
            Err(error) => Err(fault(&error)),
        }
    }

    /// # Errors
    /// When the store refuses.
    pub async fn save(&self, store: &Arc<dyn ObjectStore>) -> object_store::Result<()> {
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        store.put(&Path::from(PLACE), PutPayload::from(bytes)).await.map(|_| ())
    }
}
