//! ALTER TABLE .. RENAME TO: another name for the same files. The table has no new version.

use crate::diagnostic::Diagnostic;
use crate::dialect::TableName;

use super::super::{Session, catalog};
use super::{Output, Result, existing};

/// # Errors
/// When there is a table or view of the new name, or no such schema.
pub fn run(session: &mut Session, key: &str, to: &TableName) -> Result<Output> {
    catalog::check_name(to)?;
    let name = session.written(to)?;
    let new_key = name.to_lowercase();
    if new_key != key && (session.tables.contains_key(&new_key) || session.journal.stored_views.contains_key(&new_key))
    {
        return existing::already_there(to, false).map_err(|diagnostic| Diagnostic {
            hint: Some("Choose another name, or drop that table first.".to_owned()),
            ..diagnostic
        });
    }
    let Some(mut table) = session.forget(key) else { return Ok(Output::default()) };
    let folder = table.folder.clone();
    let old_name = std::mem::replace(&mut table.name, name.clone());
    session.tables.insert(new_key, table);
    session.remember(&name, &folder);
    session.renamed.push((old_name.to_lowercase(), name.to_lowercase()));
    Ok(Output::default())
}
