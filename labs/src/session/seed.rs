//! A lab's data sets as Delta tables at version 0.

use crate::diagnostic::Diagnostic;
use crate::dialect::{Creation, TableName};
use crate::relation::Relation;

use super::commands::create_table::{self, NewTable};
use super::{EngineFault, Session, catalog, types, values};

impl Session {
    /// Makes each relation a Delta table at version 0 where there is no table of that name.
    ///
    /// # Errors
    /// When a relation is no table, or a table cannot be written.
    pub async fn seed(&mut self, tables: &[(String, Relation)]) -> Result<(), EngineFault> {
        self.settle().await?;
        self.unsettled = true;
        for (name, relation) in tables {
            if !self.tables.contains_key(&name.to_lowercase()) {
                let fault =
                    |diagnostic: Diagnostic| EngineFault::internal(format!("the data set {name}: {diagnostic}"));
                self.seed_one(name, relation).await.map_err(fault)?;
            }
        }
        self.save_journal().await.map_err(|diagnostic| EngineFault::internal(diagnostic.to_string()))?;
        self.unsettled = false;
        Ok(())
    }

    async fn seed_one(&mut self, name: &str, relation: &Relation) -> Result<(), Diagnostic> {
        let table_name = TableName { parts: vec![name.to_owned()], position: None };
        catalog::check_name(&table_name)?;
        let rows = values::batch(relation)?;
        let schema = rows.schema();
        let columns = relation.columns.iter().zip(schema.fields()).map(|(column, field)| create_table::NewColumn {
            nullable: column.nullable,
            ..create_table::NewColumn::plain(&column.name, types::stored_type(field.data_type()))
        });
        let new = NewTable { columns: columns.collect(), ..NewTable::named(name) };
        create_table::create(self, new, Some(rows), Creation::New).await.map(|_| ())
    }
}
