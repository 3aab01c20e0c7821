//! `TRUNCATE TABLE name`

use super::super::parser::Cursor;
use super::super::statement::Statement;
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["truncate", "table"])?;
    let table = cursor.table_name()?;
    if cursor.sees(&["partition"]) {
        return Err(refused::feature(
            "TRUNCATE of one partition is not available",
            "Use DELETE FROM the table WHERE the partition's column has that value.",
            cursor.position(),
        ));
    }
    Ok(Statement::Truncate { table })
}
