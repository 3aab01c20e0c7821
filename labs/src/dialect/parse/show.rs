//! `SHOW TABLES | VIEWS [IN schema] [LIKE 'pattern']`, `SHOW SCHEMAS`, `SHOW TBLPROPERTIES`, `SHOW CREATE TABLE`,
//! `SHOW COLUMNS`, `SHOW PARTITIONS`, `SHOW [ALL | SYSTEM | USER] FUNCTIONS [LIKE name | 'pattern']`

use datafusion::sql::sqlparser::tokenizer::Token;

use super::super::parser::Cursor;
use super::super::statement::{ShowFunctions, Statement, TableName};
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let start = cursor.location();
    cursor.expect(&["show"])?;
    if cursor.takes(&["tables"]) {
        let (schema, pattern) = place_and_pattern(cursor)?;
        return Ok(Statement::ShowTables { schema, pattern });
    }
    if cursor.takes(&["views"]) {
        let (schema, pattern) = place_and_pattern(cursor)?;
        return Ok(Statement::ShowViews { schema, pattern });
    }
    if cursor.takes(&["schemas"]) || cursor.takes(&["databases"]) {
        return Ok(Statement::ShowSchemas { pattern: place_and_pattern(cursor)?.1 });
    }
    if cursor.takes(&["partitions"]) {
        let table = cursor.table_name()?;
        if cursor.sees(&["partition"]) {
            let instead = "Leave PARTITION (..) away, or use SELECT DISTINCT with WHERE.";
            return Err(refused::feature(
                "SHOW PARTITIONS of some values is not available",
                instead,
                cursor.position(),
            ));
        }
        return Ok(Statement::ShowPartitions { table });
    }
    if cursor.takes(&["tblproperties"]) {
        let table = cursor.table_name()?;
        let key = if cursor.takes_token(&Token::LParen) {
            let key = super::create_table::property_key(cursor)?;
            cursor.expect_token(&Token::RParen)?;
            Some(key)
        } else {
            None
        };
        return Ok(Statement::ShowTblproperties { table, key });
    }
    if cursor.takes(&["create", "table"]) {
        return Ok(Statement::ShowCreateTable { table: cursor.table_name()? });
    }
    if cursor.takes(&["columns"]) {
        if !cursor.takes(&["in"]) {
            cursor.expect(&["from"])?;
        }
        return Ok(Statement::ShowColumns { table: table_of_schema(cursor)? });
    }
    if let Some(functions) = functions(cursor)? {
        return Ok(Statement::ShowFunctions(functions));
    }
    Err(refused::other("SHOW", cursor, start))
}

/// `name [IN | FROM schema]`: the schema that stands behind is the name's.
fn table_of_schema(cursor: &mut Cursor<'_>) -> Result<TableName> {
    let table = cursor.table_name()?;
    if !cursor.takes(&["in"]) && !cursor.takes(&["from"]) {
        return Ok(table);
    }
    let mut schema = cursor.table_name()?;
    schema.parts.push(table.name().to_owned());
    Ok(TableName { parts: schema.parts, position: table.position })
}

/// `[IN schema] [[LIKE] 'pattern']`
fn place_and_pattern(cursor: &mut Cursor<'_>) -> Result<(Option<String>, Option<String>)> {
    let schema = if cursor.takes(&["in"]) || cursor.takes(&["from"]) {
        Some(cursor.table_name()?.name().to_owned())
    } else {
        None
    };
    cursor.takes(&["like"]);
    let pattern = if cursor.at_end() { None } else { Some(cursor.text()?) };
    Ok((schema, pattern))
}

/// `[ALL | SYSTEM | USER] FUNCTIONS [IN schema] [[LIKE] name | 'pattern']`
fn functions(cursor: &mut Cursor<'_>) -> Result<Option<ShowFunctions>> {
    let kinds: [(&[&str], bool, bool); 4] = [
        (&["functions"], true, true),
        (&["all", "functions"], true, true),
        (&["system", "functions"], true, false),
        (&["user", "functions"], false, true),
    ];
    let Some((_, system, user)) = kinds.into_iter().find(|(words, ..)| cursor.takes(words)) else { return Ok(None) };
    let schema = if cursor.takes(&["in"]) || cursor.takes(&["from"]) {
        Some(cursor.table_name()?.name().to_owned())
    } else {
        None
    };
    cursor.takes(&["like"]);
    let pattern = match cursor.peek().token {
        _ if cursor.at_end() => None,
        Token::Word(_) => Some(cursor.name()?.0),
        _ => Some(cursor.text()?),
    };
    Ok(Some(ShowFunctions { system, user, schema, pattern }))
}
