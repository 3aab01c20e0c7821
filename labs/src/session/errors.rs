//! The one place that turns every engine error into a student's diagnostic: class, SQLSTATE, position, suggestion, hint.

mod arguments;
mod messages;
mod places;
mod words;

use datafusion::arrow::error::ArrowError;
use datafusion::common::{Column, DataFusionError, SchemaError};
use deltalake::DeltaTableError;

use crate::diagnostic::Diagnostic;
use crate::dialect::Lexed;
use crate::store::Refusal;

use super::planning::MARK;

use messages::{from_execution, from_plan, tidy};

pub use messages::{no_position, too_many_rows, unresolved_routine};
pub use places::placed;

/// A fault of ours, never a student's.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EngineFault(String);

impl EngineFault {
    pub fn internal(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// A diagnostic on its way through DataFusion, from one of our own functions.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct Raised(pub Diagnostic);

impl From<Raised> for DataFusionError {
    fn from(raised: Raised) -> Self {
        DataFusionError::External(Box::new(raised))
    }
}

/// A diagnostic raised inside a function or a planner.
pub fn raise(diagnostic: Diagnostic) -> DataFusionError {
    Raised(diagnostic).into()
}

/// Something that cannot happen did.
pub fn internal(what: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::new("INTERNAL_ERROR", "XX000", format!("The engine failed: {what}."))
        .with_hint("This is not your mistake. Run the cell again; tell your instructor if it stays.")
}

pub fn divide_by_zero() -> Diagnostic {
    Diagnostic::new("DIVIDE_BY_ZERO", "22012", "Division by zero.")
        .with_hint("Use `try_divide` to tolerate a divisor of 0 and get NULL, or test the divisor with CASE or NULLIF.")
}

pub fn overflow(what: &str) -> Diagnostic {
    Diagnostic::new("ARITHMETIC_OVERFLOW", "22003", format!("{what} overflow."))
        .with_hint("Cast an operand to BIGINT or DECIMAL, or use the `try_` form of the function to get NULL.")
}

pub fn invalid_cast(value: &str, from: &str, to: &str) -> Diagnostic {
    let message =
        format!("The value '{value}' of the type \"{from}\" cannot be cast to \"{to}\" because it is malformed.");
    Diagnostic::new("CAST_INVALID_INPUT", "22018", message)
        .with_hint("Correct the value, or use `try_cast` to get NULL for values that do not fit.")
}

pub fn rows_limit(what: &str, max: u64) -> Diagnostic {
    Diagnostic::new("LIMIT_EXCEEDED.ROWS", "53200", format!("The statement would write more than {max} {what}."))
        .with_hint("Write fewer rows: add a WHERE, or check the join condition.")
}

pub fn table_not_found(name: &str, known: &[String]) -> Diagnostic {
    let message =
        format!("The table or view `{name}` cannot be found. Verify the spelling and correctness of the name.");
    let diagnostic = Diagnostic::new("TABLE_OR_VIEW_NOT_FOUND", "42P01", message);
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => diagnostic.with_hint(format!("Did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.with_hint("There is no table yet: run the cell that creates it first."),
        None => diagnostic.with_hint("SHOW TABLES lists what is there; run the cell that creates it first."),
    }
}

pub fn unresolved_column(name: &str, known: &[String]) -> Diagnostic {
    let mut close: Vec<&String> = known.iter().collect();
    close.sort();
    close.dedup();
    close.sort_by_key(|candidate| strsim::damerau_levenshtein(&candidate.to_lowercase(), &name.to_lowercase()));
    close.truncate(5);
    let subject = format!("A column, variable, or function parameter with name `{name}` cannot be resolved.");
    if close.is_empty() {
        return Diagnostic::new("UNRESOLVED_COLUMN.WITHOUT_SUGGESTION", "42703", subject)
            .with_hint("A text needs quotes: 'like this'. A column needs a table in FROM.");
    }
    let list: Vec<String> = close.iter().map(|candidate| format!("`{candidate}`")).collect();
    let message = format!("{subject} Did you mean one of the following? [{}].", list.join(", "));
    Diagnostic::new("UNRESOLVED_COLUMN.WITH_SUGGESTION", "42703", message)
        .with_hint("Check the column's spelling with DESCRIBE TABLE; a text needs quotes: 'like this'.")
}

/// The name that an UNRESOLVED_COLUMN says cannot be resolved, as a path with dots.
pub fn unresolved_name(diagnostic: &Diagnostic) -> Option<String> {
    let (_, rest) = diagnostic.message.split_once("with name `")?;
    let (path, _) = rest.split_once("` cannot be resolved")?;
    Some(path.replace("`.`", "."))
}

/// The candidate that is near enough to a name to be meant.
pub fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .map(|candidate| (strsim::damerau_levenshtein(&candidate.to_lowercase(), &lower), candidate))
        .filter(|(distance, _)| *distance <= 1.max(lower.chars().count() / 3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// An error of planning or running a statement.
pub fn from_datafusion(error: &DataFusionError, lexed: &Lexed) -> Diagnostic {
    if let Some(refusal) = Refusal::find(error) {
        return refusal.clone();
    }
    if let Some(raised) = find_raised(error) {
        return raised;
    }
    match error.find_root() {
        DataFusionError::SchemaError(error, _) => from_schema(error, lexed),
        DataFusionError::ArrowError(error, _) => from_arrow(error),
        DataFusionError::ResourcesExhausted(_) => {
            Diagnostic::new("LIMIT_EXCEEDED.MEMORY", "53200", "The statement needs more memory than it may use.")
                .with_hint("Work on fewer rows at a time: filter earlier, and check the join conditions.")
        }
        DataFusionError::NotImplemented(what) => unsupported(what),
        DataFusionError::Plan(message) => from_plan(message, lexed),
        DataFusionError::Execution(message) => from_execution(message),
        DataFusionError::SQL(error, _) => Diagnostic::new("PARSE_SYNTAX_ERROR", "42601", format!("{error}.")),
        DataFusionError::External(error) => match error.downcast_ref::<DeltaTableError>() {
            Some(delta) => from_delta(delta),
            None => internal(error),
        },
        DataFusionError::Internal(what) => {
            tracing::warn!(%what, "the engine met a case that it does not know");
            unsupported("This combination of types and functions is not available")
        }
        other => from_execution(&other.to_string()),
    }
}

/// An error of a statement that was planned. Its names were found by then: one that is missing now is one that the engine
/// lost when it took a subquery apart.
pub fn from_planned(error: &DataFusionError, lexed: &Lexed) -> Diagnostic {
    let diagnostic = from_datafusion(error, lexed);
    if diagnostic.class.starts_with("UNRESOLVED_COLUMN") { unsupported_subquery() } else { diagnostic }
}

/// An error of a cast.
pub fn from_conversion(error: &DataFusionError) -> Diagnostic {
    find_raised(error).unwrap_or_else(|| match error.find_root() {
        DataFusionError::ArrowError(error, _) => from_arrow(error),
        other => from_execution(&other.to_string()),
    })
}

fn find_raised(error: &DataFusionError) -> Option<Diagnostic> {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(Raised(diagnostic)) = error.downcast_ref() {
            return Some(diagnostic.clone());
        }
        if let Some(DataFusionError::External(inner)) = error.downcast_ref()
            && let Some(Raised(diagnostic)) = inner.downcast_ref()
        {
            return Some(diagnostic.clone());
        }
        if let Some(ArrowError::ExternalError(inner)) = error.downcast_ref()
            && let Some(Raised(diagnostic)) = inner.downcast_ref()
        {
            return Some(diagnostic.clone());
        }
        next = error.source();
    }
    None
}

fn unsupported_subquery() -> Diagnostic {
    let text = "A subquery that reads the query around it in this way is not available.";
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", text).with_hint(
        "Available are comparisons with = around an aggregate, IN and EXISTS. For others join and group: SELECT a.id, \
         count(b.id) FROM a LEFT JOIN b ON b.x <= a.x GROUP BY a.id.",
    )
}

fn unsupported(what: &str) -> Diagnostic {
    let subquery = ["OuterReferenceColumn", "ScalarSubquery", "InSubquery", "Exists("];
    if subquery.iter().any(|part| what.contains(part)) {
        return unsupported_subquery();
    }
    // What follows is the engine's own picture of the syntax.
    let plain = what.split('{').next().unwrap_or(what).trim_end_matches([' ', ':']);
    Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", format!("{}.", tidy(plain)))
        .with_hint("This part of SQL is not available in this course; write it another way.")
}

fn from_schema(error: &SchemaError, lexed: &Lexed) -> Diagnostic {
    let spelled = |folded: &str| lexed.spelling(folded).unwrap_or(folded).to_owned();
    match error {
        SchemaError::FieldNotFound { field, valid_fields } if is_repeated(field, valid_fields) => {
            place(ambiguous(&spelled(&field.name)), lexed, &field.name)
        }
        SchemaError::FieldNotFound { field, valid_fields } => {
            let known: Vec<String> =
                valid_fields.iter().filter(|column| !column.name.starts_with("__")).map(readable).collect();
            let path: Vec<&str> = qualifiers(field).into_iter().chain([field.name.as_str()]).collect();
            let name: Vec<String> = path.iter().copied().map(spelled).collect();
            let diagnostic = unresolved_column(&name.join("`.`"), &known);
            match lexed.position_of_path(&path) {
                Some(position) => diagnostic.at(position),
                None => place(diagnostic, lexed, &field.name),
            }
        }
        SchemaError::AmbiguousReference { field } => place(ambiguous(&spelled(&field.name)), lexed, &field.name),
        SchemaError::DuplicateQualifiedField { name, .. } | SchemaError::DuplicateUnqualifiedField { name } => {
            duplicate_column(&spelled(name))
        }
    }
}

/// Whether a query inside has several columns of the name, see [`super::planning::MARK`].
fn is_repeated(field: &Column, valid_fields: &[Column]) -> bool {
    let named = |column: &&Column| column.name.split(MARK).next() == Some(field.name.as_str());
    valid_fields.iter().filter(named).count() > 1
}

fn ambiguous(name: &str) -> Diagnostic {
    let message = format!("Reference `{name}` is ambiguous: more than one column of the query is called that.");
    Diagnostic::new("AMBIGUOUS_REFERENCE", "42704", message)
        .with_hint("Say which one is meant, table.column, or give columns of one query different names.")
}

pub fn duplicate_column(name: &str) -> Diagnostic {
    Diagnostic::new("COLUMN_ALREADY_EXISTS", "42711", format!("The column `{name}` already exists."))
        .with_hint("Give each column a name of its own with AS.")
}

/// What stands before a column's name, outermost first.
fn qualifiers(column: &Column) -> Vec<&str> {
    let Some(relation) = &column.relation else { return Vec::new() };
    [relation.catalog(), relation.schema(), Some(relation.table())].into_iter().flatten().collect()
}

/// A column with its table's alias where that says something.
fn readable(column: &Column) -> String {
    match &column.relation {
        Some(relation) if !relation.table().starts_with("__") => format!("{}`.`{}", relation.table(), column.name),
        _ => column.name.clone(),
    }
}

fn place(diagnostic: Diagnostic, lexed: &Lexed, folded: &str) -> Diagnostic {
    match lexed.position_of(folded) {
        Some(position) => diagnostic.at(position),
        None => diagnostic,
    }
}

pub fn from_arrow(error: &ArrowError) -> Diagnostic {
    match error {
        ArrowError::DivideByZero => divide_by_zero(),
        ArrowError::ArithmeticOverflow(_) => overflow("integer"),
        other => from_execution(&other.to_string()),
    }
}

pub fn mismatch(why: &str) -> Diagnostic {
    Diagnostic::new(
        "DATATYPE_MISMATCH",
        "42K09",
        format!("Cannot resolve the expression due to data type mismatch: {}.", why.trim_end_matches('.')),
    )
    .with_hint("Cast one side: CAST(value AS type).")
}

/// Values whose types do not fit, with Spark's word for how.
pub fn mismatch_of(kind: &str, why: &str) -> Diagnostic {
    let mut diagnostic = mismatch(why);
    diagnostic.class = format!("DATATYPE_MISMATCH.{kind}");
    diagnostic.with_hint("Cast the argument: CAST(value AS type).")
}

/// A value of a type that is not taken where it stands.
pub fn unexpected(why: &str) -> Diagnostic {
    mismatch_of("UNEXPECTED_INPUT_TYPE", why)
}

/// A write whose columns or fields are not those of its table.
pub fn schema_mismatch(what: &str, hint: &str) -> Diagnostic {
    let message = format!("A metadata mismatch was detected when writing to the Delta table: {what}.");
    Diagnostic::new("DELTA_METADATA_MISMATCH", "42KDG", message).with_hint(hint)
}

/// Two columns of one name whose types have no type together that the table's column could keep.
pub fn cannot_merge(column: &str, from: &str, to: &str) -> Diagnostic {
    let message = format!(
        "Failed to merge fields '{column}' and '{column}': the source has {from}, and the table's column is {to}."
    );
    Diagnostic::new("DELTA_FAILED_TO_MERGE_FIELDS", "22005", message).with_hint(
        "Schema evolution adds columns and never changes the type of one that is there: cast the source's column, or \
         give it another name.",
    )
}

/// The class of a table that uses what cannot be read here.
pub const UNREADABLE: &str = "DELTA_UNSUPPORTED_FEATURES_FOR_READ";
/// What the kernel says of a table that it does not understand, before the feature or version.
const KERNEL_REFUSES: &str = "Unsupported: ";

fn cannot_read(error: &str) -> Diagnostic {
    let what = error.split_once(KERNEL_REFUSES).map_or(error, |(_, what)| what).lines().next().unwrap_or(error);
    let message = format!("Unable to read this table because of what its protocol asks of readers: {what}.");
    Diagnostic::new(UNREADABLE, "56038", message.replace("..", "."))
        .with_hint("Read it with the program that wrote it, or have that drop the feature and copy the folder again.")
}

/// A table that uses features whose rules writers here do not follow.
pub fn cannot_write(features: &[String]) -> Diagnostic {
    let message = format!(
        "Unable to write this table because it requires table features that are unsupported here: {}.",
        features.join(", ")
    );
    Diagnostic::new("DELTA_UNSUPPORTED_FEATURES_FOR_WRITE", "56038", message)
        .with_hint("It can be read: CREATE TABLE new AS SELECT * FROM old makes a copy that can be changed.")
}

/// An error of deltalake.
pub fn from_delta(error: &DeltaTableError) -> Diagnostic {
    if let Some(refusal) = Refusal::find(error) {
        return refusal.clone();
    }
    match error {
        DeltaTableError::VersionAlreadyExists(_) | DeltaTableError::Transaction { .. } => {
            Diagnostic::new("DELTA_CONCURRENT_APPEND", "2D521", "Another statement changed the table at the same time.")
                .with_hint("Run the cell again.")
        }
        DeltaTableError::Arrow { source } => from_arrow(source),
        DeltaTableError::KernelError(error) if error.to_string().contains(KERNEL_REFUSES) => {
            cannot_read(&error.to_string())
        }
        other => internal(other),
    }
}

/// An error of the object store.
pub fn from_store(error: &object_store::Error) -> Diagnostic {
    Refusal::find(error).cloned().unwrap_or_else(|| internal(error))
}

pub fn not_a_view(name: &str) -> Diagnostic {
    Diagnostic::new(
        "EXPECT_VIEW_NOT_TABLE.NO_ALTERNATIVE",
        "42809",
        format!("`{name}` is a table, and this needs a view."),
    )
    .with_hint("Use DROP TABLE.")
}

#[cfg(test)]
mod tests;
