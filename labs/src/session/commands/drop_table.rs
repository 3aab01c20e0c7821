//! DROP TABLE and DROP VIEW.

use crate::dialect::DropTable;

use super::super::catalog::{self, Found};
use super::super::errors::table_not_found;
use super::super::replay::Grave;
use super::super::{Session, errors};
use super::{Output, Result};

pub async fn table(session: &mut Session, drop: &DropTable) -> Result<Output> {
    if drop.if_exists && session.find(&drop.name)?.is_none() {
        return Ok(Output::default());
    }
    let key = session.find_table(&drop.name)?;
    by_key(session, &key).await?;
    Ok(Output::default())
}

/// Deletes a table and all its files.
pub async fn by_key(session: &mut Session, key: &str) -> Result<()> {
    if session.graveyard.is_some() {
        let grave = Grave::dig(session, key).await?;
        session.graveyard.iter_mut().for_each(|graves| graves.push(grave.clone()));
    }
    let folder = session.table(key)?.folder.clone();
    catalog::remove_table(&session.store, &folder).await?;
    session.forget(key);
    Ok(())
}

pub fn view(session: &mut Session, drop: &DropTable) -> Result<Output> {
    match session.find(&drop.name)? {
        Some(Found::View(key)) => {
            session.journal.views.remove(&key);
            Ok(Output::default())
        }
        Some(Found::StoredView(key)) => {
            session.journal.stored_views.remove(&key);
            Ok(Output::default())
        }
        Some(Found::Table(_)) => Err(errors::not_a_view(drop.name.name())),
        None if drop.if_exists => Ok(Output::default()),
        None => Err(table_not_found(drop.name.name(), &session.relation_names())),
    }
}
