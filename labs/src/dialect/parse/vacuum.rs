//! `VACUUM name [RETAIN n HOURS] [DRY RUN]`

use super::super::parser::Cursor;
use super::super::statement::{Statement, Vacuum};
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect(&["vacuum"])?;
    let table = cursor.table_name()?;
    if cursor.sees(&["lite"]) || cursor.sees(&["full"]) || cursor.sees(&["using"]) {
        return Err(refused::feature(
            "Only the plain VACUUM is available",
            "Write VACUUM name, with RETAIN n HOURS and DRY RUN where you need them.",
            cursor.position(),
        ));
    }
    let mut vacuum = Vacuum { table, retain_hours: None, dry_run: false };
    loop {
        if cursor.takes(&["retain"]) {
            vacuum.retain_hours = Some(cursor.integer()?);
            if !cursor.takes(&["hours"]) {
                cursor.expect(&["hour"])?;
            }
        } else if cursor.takes(&["dry", "run"]) {
            vacuum.dry_run = true;
        } else {
            return Ok(Statement::Vacuum(vacuum));
        }
    }
}
