//! `CREATE SCHEMA [IF NOT EXISTS] name [COMMENT 'text']`, `DROP SCHEMA [IF EXISTS] name [RESTRICT | CASCADE]`,
//! `USE [SCHEMA | CATALOG] name`; DATABASE is another word for SCHEMA.

use super::super::parser::Cursor;
use super::super::statement::{CreateSchema, DropSchema, Statement};
use super::{Result, create_table, refused};

/// Takes SCHEMA or DATABASE.
pub fn takes_word(cursor: &mut Cursor<'_>) -> bool {
    cursor.takes(&["schema"]) || cursor.takes(&["database"])
}

/// What follows CREATE SCHEMA.
pub fn create(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let if_not_exists = cursor.takes(&["if", "not", "exists"]);
    let name = cursor.table_name()?;
    let mut comment = None;
    loop {
        if cursor.takes(&["comment"]) {
            comment = Some(cursor.text()?);
        } else if cursor.takes(&["with", "dbproperties"]) {
            create_table::properties(cursor)?;
        } else if cursor.sees(&["location"]) || cursor.sees(&["managed", "location"]) {
            return Err(refused::path(cursor.position()));
        } else {
            return Ok(Statement::CreateSchema(CreateSchema { name, if_not_exists, comment }));
        }
    }
}

/// What follows DROP SCHEMA.
pub fn drop(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let if_exists = cursor.takes(&["if", "exists"]);
    let name = cursor.table_name()?;
    let cascade = cursor.takes(&["cascade"]);
    if !cascade {
        cursor.takes(&["restrict"]);
    }
    Ok(Statement::DropSchema(DropSchema { name, if_exists, cascade }))
}

pub fn use_one(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["use"])?;
    if cursor.takes(&["catalog"]) {
        return Ok(Statement::UseCatalog { catalog: cursor.name()?.0 });
    }
    takes_word(cursor);
    Ok(Statement::Use(cursor.table_name()?))
}
