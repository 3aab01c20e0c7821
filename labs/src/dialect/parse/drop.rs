//! `DROP TABLE|VIEW [IF EXISTS] name`; schemas are in a file of their own

use super::super::parser::Cursor;
use super::super::statement::{DropTable, Statement};
use super::{Result, function, refused, schema, variable};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let start = cursor.location();
    cursor.expect(&["drop"])?;
    if schema::takes_word(cursor) {
        return schema::drop(cursor);
    }
    if function::is_next(cursor) {
        return function::drop(cursor);
    }
    let temporary = cursor.takes(&["temporary"]) || cursor.takes(&["temp"]);
    if temporary && cursor.takes(&["variable"]) {
        return variable::drop(cursor);
    }
    let view = cursor.takes(&["view"]);
    if !view && !cursor.takes(&["table"]) {
        return Err(refused::other("DROP", cursor, start));
    }
    let if_exists = cursor.takes(&["if", "exists"]);
    let dropped = DropTable { name: cursor.table_name()?, if_exists };
    cursor.takes(&["purge"]);
    Ok(if view { Statement::DropView(dropped) } else { Statement::DropTable(dropped) })
}
