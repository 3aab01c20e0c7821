//! What a table's protocol asks of its writers, and how it is raised for a feature.
//!
//! Up to writer version 6 a version stands for a set of features; from 7 on the features are named. A table is never
//! lowered. Readers are asked for nothing: all features here are writers' features, so every reader opens the table.

use deltalake::kernel::{Action, Metadata, Protocol};
use serde_json::{Value, json};

use crate::diagnostic::Diagnostic;

use super::errors::{cannot_write, internal};

type Result<T> = std::result::Result<T, Diagnostic>;

/// What the property of a feature begins with; its name follows: `delta.feature.allowColumnDefaults` = `supported`.
pub const FEATURE_PROPERTY: &str = "delta.feature.";

/// A writers' feature that a statement here can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    AppendOnly,
    Invariants,
    CheckConstraints,
    ChangeDataFeed,
    GeneratedColumns,
    ColumnDefaults,
}

const ALL: [Feature; 6] = [
    Feature::AppendOnly,
    Feature::Invariants,
    Feature::CheckConstraints,
    Feature::ChangeDataFeed,
    Feature::GeneratedColumns,
    Feature::ColumnDefaults,
];

/// `none` or absent where columns are found by their names.
const MAPPING_PROPERTY: &str = "delta.columnMapping.mode";
/// The writer version from which features are named.
const NAMED_FEATURES: i32 = 7;

impl Feature {
    pub fn name(self) -> &'static str {
        match self {
            Self::AppendOnly => "appendOnly",
            Self::Invariants => "invariants",
            Self::CheckConstraints => "checkConstraints",
            Self::ChangeDataFeed => "changeDataFeed",
            Self::GeneratedColumns => "generatedColumns",
            Self::ColumnDefaults => "allowColumnDefaults",
        }
    }

    /// The lowest writer version that stands for it.
    fn version(self) -> i32 {
        match self {
            Self::AppendOnly | Self::Invariants => 2,
            Self::CheckConstraints => 3,
            Self::ChangeDataFeed | Self::GeneratedColumns => 4,
            Self::ColumnDefaults => NAMED_FEATURES,
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|feature| feature.name().eq_ignore_ascii_case(name))
    }
}

/// Names of the features that a protocol stands for, sorted.
pub fn features(protocol: &Protocol) -> Vec<String> {
    let version = protocol.min_writer_version();
    let mut names: Vec<String> = if version < NAMED_FEATURES {
        let implied = ALL.into_iter().filter(|feature| feature.version() <= version);
        implied.map(|feature| feature.name().to_owned()).collect()
    } else {
        let value = serde_json::to_value(protocol).unwrap_or_default();
        let listed = |key: &str| value[key].as_array().cloned().unwrap_or_default();
        let all = listed("readerFeatures").into_iter().chain(listed("writerFeatures"));
        all.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    };
    names.sort();
    names.dedup();
    names
}

/// The features of a protocol that names them, as properties are shown: `delta.feature.appendOnly` = `supported`.
pub fn as_properties(protocol: &Protocol) -> Vec<(String, String)> {
    if protocol.min_writer_version() < NAMED_FEATURES {
        return Vec::new();
    }
    let property = |name: String| (format!("{FEATURE_PROPERTY}{name}"), "supported".to_owned());
    features(protocol).into_iter().map(property).collect()
}

pub fn supports(protocol: &Protocol, feature: Feature) -> bool {
    features(protocol).iter().any(|name| name == feature.name())
}

/// The protocol of a new table with some features.
pub fn fresh(wanted: &[Feature]) -> Result<Protocol> {
    let plain = json!({"minReaderVersion": 1, "minWriterVersion": 2});
    let plain: Protocol = serde_json::from_value(plain).map_err(internal)?;
    Ok(raised(&plain, wanted)?.unwrap_or(plain))
}

/// The protocol with more features; `None` when it has them all.
pub fn raised(protocol: &Protocol, wanted: &[Feature]) -> Result<Option<Protocol>> {
    let missing: Vec<Feature> = wanted.iter().copied().filter(|feature| !supports(protocol, *feature)).collect();
    let Some(needed) = missing.iter().map(|feature| feature.version()).max() else { return Ok(None) };
    let version = needed.max(protocol.min_writer_version());
    let mut value: Value = serde_json::to_value(protocol).map_err(internal)?;
    value["minWriterVersion"] = json!(version);
    if version >= NAMED_FEATURES {
        let mut names = features(protocol);
        names.extend(missing.iter().map(|feature| feature.name().to_owned()));
        names.sort();
        value["writerFeatures"] = json!(names);
    }
    serde_json::from_value(value).map(Some).map_err(internal)
}

/// The action that raises a protocol; `None` when it has the features.
pub fn raising(protocol: &Protocol, wanted: &[Feature]) -> Result<Option<Action>> {
    Ok(raised(protocol, wanted)?.map(Action::Protocol))
}

/// Features of others that ask nothing of a writer here: the types of columns are kept as they are.
const HARMLESS: [&str; 1] = ["timestampNtz"];

/// # Errors
/// DELTA_UNSUPPORTED_FEATURES_FOR_WRITE when a table has rules that are not followed here. Below version 7, where features
/// have no names, mapped columns and identity columns are seen by their metadata.
pub fn check_writable(protocol: &Protocol, metadata: &Metadata) -> Result<()> {
    let known = |name: &String| Feature::named(name).is_some() || HARMLESS.contains(&name.as_str());
    let mut unknown: Vec<String> = features(protocol).into_iter().filter(|name| !known(name)).collect();
    let mapping = metadata.configuration().get(MAPPING_PROPERTY);
    let metadata_of_columns = serde_json::to_string(metadata).unwrap_or_default();
    if mapping.is_some_and(|mode| mode != "none") {
        unknown.push("columnMapping".to_owned());
    }
    if metadata_of_columns.contains("delta.identity.") {
        unknown.push("identityColumns".to_owned());
    }
    if protocol.min_writer_version() > NAMED_FEATURES {
        unknown.push(format!("writer version {}", protocol.min_writer_version()));
    }
    unknown.sort();
    unknown.dedup();
    if unknown.is_empty() { Ok(()) } else { Err(cannot_write(&unknown)) }
}

#[cfg(test)]
mod tests;
