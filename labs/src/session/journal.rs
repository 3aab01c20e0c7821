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
use crate::sandbox::SessionKind;
use crate::widget::Widget;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Journal {
    /// Tables whose names are not all lower case, as written.
    pub names: BTreeMap<String, String>,
    /// Temp views by lower-case name.
    pub views: BTreeMap<String, View>,
    /// Widgets by lower-case name.
    pub widgets: BTreeMap<String, Widget>,
    /// Schemas besides `default`, by lower-case name, as written.
    pub schemas: BTreeMap<String, String>,
    /// What CREATE SCHEMA .. COMMENT said, by lower-case name.
    pub schema_comments: BTreeMap<String, String>,
    /// The schema that USE chose, in lower case; `default` without one.
    pub current_schema: Option<String>,
    /// Tables whose folder is not the one of their name: their keys, by folder.
    pub moved: BTreeMap<String, String>,
    /// Views that stay, by key.
    pub stored_views: BTreeMap<String, View>,
    /// SQL functions that stay, by key.
    pub functions: BTreeMap<String, Function>,
    /// SQL functions of the session, by lower-case name.
    pub temp_functions: BTreeMap<String, Function>,
    /// Session variables by lower-case name.
    pub variables: BTreeMap<String, Variable>,
    /// Options that SET gave another value, by lower-case key.
    pub options: BTreeMap<String, String>,
    /// Whether what a session has of its own is that of a job's task, and not of the notebooks.
    of_a_task: bool,
    /// What the other one of the two sessions has of its own.
    aside: Own,
}

/// What lives as long as a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Own {
    views: BTreeMap<String, View>,
    widgets: BTreeMap<String, Widget>,
    temp_functions: BTreeMap<String, Function>,
    variables: BTreeMap<String, Variable>,
    current_schema: Option<String>,
    options: BTreeMap<String, String>,
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
    /// The schema that was current then, in lower case; `default` without one.
    #[serde(default)]
    pub schema: Option<String>,
    #[serde(default)]
    pub comment: Option<String>,
}

/// A function whose calls are replaced by its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// As written.
    pub name: String,
    /// Names and types of the parameters, as written.
    pub parameters: Vec<(String, String)>,
    /// The type of the result, as written; the body's without one.
    pub returns: Option<String>,
    /// The expression.
    pub body: String,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variable {
    /// As written.
    pub name: String,
    pub type_name: String,
    /// The value as a text that casts to the type; NULL without one.
    pub value: Option<String>,
    /// The default's text, for `SET VARIABLE name = DEFAULT`.
    pub default: Option<String>,
}

impl Journal {
    /// The object that it is.
    pub const PLACE: &str = "_sandbar/session.json";

    /// Lets go of what lives as long as a session.
    pub fn end_session(&mut self) {
        self.take_own();
    }

    /// Brings what that session has of its own to the front; a task that begins has nothing.
    pub fn turn_to(&mut self, session: SessionKind) {
        let of_a_task = session != SessionKind::Notebook;
        if self.of_a_task != of_a_task {
            let own = std::mem::take(&mut self.aside);
            self.aside = self.take_own();
            self.put_own(own);
            self.of_a_task = of_a_task;
        }
        if session == SessionKind::NewTask {
            self.end_session();
        }
    }

    fn take_own(&mut self) -> Own {
        Own {
            views: std::mem::take(&mut self.views),
            widgets: std::mem::take(&mut self.widgets),
            temp_functions: std::mem::take(&mut self.temp_functions),
            variables: std::mem::take(&mut self.variables),
            current_schema: self.current_schema.take(),
            options: std::mem::take(&mut self.options),
        }
    }

    fn put_own(&mut self, own: Own) {
        self.views = own.views;
        self.widgets = own.widgets;
        self.temp_functions = own.temp_functions;
        self.variables = own.variables;
        // Meanwhile the other session may have dropped it.
        self.current_schema = own.current_schema.filter(|key| self.schemas.contains_key(key));
        self.options = own.options;
    }

    /// # Errors
    /// When the store cannot be read or holds something else there.
    pub async fn load(store: &Arc<dyn ObjectStore>) -> Result<Self, EngineFault> {
        let fault = |error: &dyn std::fmt::Display| EngineFault::internal(format!("the session's journal: {error}"));
        match store.get(&Path::from(Self::PLACE)).await {
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
        store.put(&Path::from(Self::PLACE), PutPayload::from(bytes)).await.map(|_| ())
    }
}
