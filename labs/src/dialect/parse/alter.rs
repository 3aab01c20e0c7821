//! `ALTER TABLE name ADD COLUMN(S) .. | ALTER COLUMN .. | ADD CONSTRAINT name CHECK (..) | DROP CONSTRAINT [IF EXISTS] name
//! | SET TBLPROPERTIES (..) | UNSET TBLPROPERTIES [IF EXISTS] (..)`

use datafusion::sql::sqlparser::tokenizer::Token;

use crate::diagnostic::Diagnostic;

use super::super::parser::Cursor;
use super::super::statement::{
    AddedColumn, AlterColumn, AlterTable, ColumnChange, ColumnPlace, NewConstraint, Statement, TableChange,
};
use super::{Result, create_table, create_view, refused};

pub fn parse(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let start = cursor.location();
    cursor.expect(&["alter"])?;
    if cursor.takes(&["view"]) {
        return view(cursor);
    }
    if !cursor.takes(&["table"]) {
        return Err(refused::other("ALTER", cursor, start));
    }
    let table = cursor.table_name()?;
    Ok(Statement::AlterTable(AlterTable { table, change: change(cursor)? }))
}

/// `ALTER VIEW name AS query`
fn view(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let place = cursor.position();
    let name = cursor.table_name()?;
    if !cursor.sees(&["as"]) {
        return Err(refused::feature(
            "This change of a view is not available",
            "Use CREATE OR REPLACE VIEW name AS query, and DROP VIEW.",
            place,
        ));
    }
    create_view::of_query(cursor, name, true)
}

fn change(cursor: &mut Cursor<'_>) -> Result<TableChange> {
    if cursor.takes(&["add", "columns"]) || cursor.takes(&["add", "column"]) {
        return added_columns(cursor);
    }
    if cursor.takes(&["set", "tblproperties"]) {
        return Ok(TableChange::SetProperties(create_table::properties(cursor)?));
    }
    if cursor.takes(&["unset", "tblproperties"]) {
        let if_exists = cursor.takes(&["if", "exists"]);
        return Ok(TableChange::UnsetProperties { keys: keys(cursor)?, if_exists });
    }
    if cursor.takes(&["add", "constraint"]) {
        return constraint(cursor);
    }
    if cursor.takes(&["drop", "constraint"]) {
        let if_exists = cursor.takes(&["if", "exists"]);
        let name = cursor.name()?.0;
        cursor.takes(&["cascade"]);
        return Ok(TableChange::DropConstraint { name, if_exists });
    }
    if cursor.takes(&["alter"]) || cursor.takes(&["change"]) {
        cursor.takes(&["column"]);
        return altered_column(cursor);
    }
    if cursor.takes(&["rename", "to"]) {
        return Ok(TableChange::Rename(cursor.table_name()?));
    }
    if cursor.takes(&["cluster", "by"]) {
        if cursor.takes(&["none"]) {
            return Ok(TableChange::ClusterBy(Vec::new()));
        }
        return Ok(TableChange::ClusterBy(cursor.names()?.into_iter().map(|(name, _)| name).collect()));
    }
    if cursor.takes(&["rename", "column"]) {
        let (from, position) = create_table::column_name(cursor)?;
        cursor.expect(&["to"])?;
        return Ok(TableChange::RenameColumn { from, position, to: cursor.name()?.0 });
    }
    if cursor.takes(&["drop", "columns"]) || cursor.takes(&["drop", "column"]) {
        return dropped_columns(cursor);
    }
    Err(refused::alter_table(cursor))
}

fn constraint(cursor: &mut Cursor<'_>) -> Result<TableChange> {
    let (name, position) = cursor.name()?;
    if !cursor.sees(&["check"]) {
        return Err(refused::feature(
            "Only CHECK constraints are available",
            "Keys are not enforced by a lakehouse: find duplicates with GROUP BY .. HAVING count(*) > 1.",
            cursor.position(),
        ));
    }
    cursor.expect(&["check"])?;
    cursor.expect_token(&Token::LParen)?;
    let from = cursor.location();
    cursor.expression()?;
    let condition = cursor.lexed.source(from, Some(cursor.location())).trim().to_owned();
    cursor.expect_token(&Token::RParen)?;
    Ok(TableChange::AddConstraint(NewConstraint { name, position, condition }))
}

fn altered_column(cursor: &mut Cursor<'_>) -> Result<TableChange> {
    let (column, position) = create_table::column_name(cursor)?;
    let change = if cursor.takes(&["comment"]) {
        ColumnChange::Comment(cursor.text()?)
    } else if cursor.takes(&["set", "not", "null"]) {
        ColumnChange::SetNotNull
    } else if cursor.takes(&["drop", "not", "null"]) {
        ColumnChange::DropNotNull
    } else if cursor.takes(&["set", "default"]) {
        ColumnChange::SetDefault(create_table::default(cursor)?)
    } else if cursor.takes(&["drop", "default"]) {
        ColumnChange::DropDefault
    } else if cursor.takes(&["first"]) {
        ColumnChange::Move(ColumnPlace::First)
    } else if cursor.takes(&["after"]) {
        ColumnChange::Move(ColumnPlace::After(cursor.name()?.0))
    } else {
        return Err(other_column_change(cursor));
    };
    if cursor.peek().token == Token::Comma {
        let instead = "Write one ALTER TABLE name ALTER COLUMN for each column.";
        return Err(refused::feature("Changing several columns at once is not available", instead, cursor.position()));
    }
    Ok(TableChange::AlterColumn(AlterColumn { column, position, change }))
}

fn other_column_change(cursor: &Cursor<'_>) -> Diagnostic {
    // Hive's CHANGE COLUMN old new type: a word behind the name that is none of the changes.
    let change = cursor.sees(&["set"]) || cursor.sees(&["drop"]);
    let hive = !change && cursor.word_ahead(0).is_some() && cursor.word_ahead(1).is_some();
    if !cursor.sees(&["type"]) && !hive {
        return cursor.unexpected("COMMENT, SET NOT NULL, DROP NOT NULL, SET DEFAULT, DROP DEFAULT, FIRST or AFTER");
    }
    refused::feature(
        "Changing a column's type is not available",
        "Use CREATE OR REPLACE TABLE name AS SELECT with the column as you want it.",
        cursor.position(),
    )
}

fn dropped_columns(cursor: &mut Cursor<'_>) -> Result<TableChange> {
    cursor.takes(&["if", "exists"]);
    let bracket = cursor.takes_token(&Token::LParen);
    let mut names = vec![create_table::column_name(cursor)?];
    while bracket && cursor.takes_token(&Token::Comma) {
        names.push(create_table::column_name(cursor)?);
    }
    if bracket {
        cursor.expect_token(&Token::RParen)?;
    }
    Ok(TableChange::DropColumns(names))
}

fn added_columns(cursor: &mut Cursor<'_>) -> Result<TableChange> {
    let bracket = cursor.takes_token(&Token::LParen);
    let mut added = Vec::new();
    loop {
        let column = create_table::column(cursor)?;
        let place = if cursor.takes(&["first"]) {
            ColumnPlace::First
        } else if cursor.takes(&["after"]) {
            ColumnPlace::After(cursor.name()?.0)
        } else {
            ColumnPlace::Last
        };
        added.push(AddedColumn { column, place });
        if !cursor.takes_token(&Token::Comma) {
            break;
        }
    }
    if bracket {
        cursor.expect_token(&Token::RParen)?;
    }
    Ok(TableChange::AddColumns(added))
}

fn keys(cursor: &mut Cursor<'_>) -> Result<Vec<String>> {
    cursor.expect_token(&Token::LParen)?;
    let mut keys = vec![create_table::property_key(cursor)?];
    while cursor.takes_token(&Token::Comma) {
        keys.push(create_table::property_key(cursor)?);
    }
    cursor.expect_token(&Token::RParen)?;
    Ok(keys)
}
