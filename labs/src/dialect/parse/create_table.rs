//! `CREATE [OR REPLACE] TABLE [IF NOT EXISTS] name [(columns)] [USING DELTA] [clauses] [AS query]`, `REPLACE TABLE ..`, and
//! `CREATE TABLE [IF NOT EXISTS] name LIKE source [USING DELTA]`

use datafusion::sql::sqlparser::tokenizer::Token;

use crate::diagnostic::{Diagnostic, Position};

use super::super::parser::Cursor;
use super::super::statement::{ColumnSpec, CreateTable, CreateTableLike, Creation, Statement, TableName};
use super::{Result, refused};

pub fn parse(cursor: &mut Cursor<'_>, creation: Creation) -> Result<Statement> {
    cursor.expect(&["table"])?;
    let if_not_exists = creation == Creation::New && cursor.takes(&["if", "not", "exists"]);
    let name = cursor.table_name()?;
    if creation == Creation::New && cursor.takes(&["like"]) {
        return like(cursor, name, if_not_exists);
    }
    let mut create = CreateTable {
        name,
        creation,
        if_not_exists,
        columns: Vec::new(),
        partitioned_by: Vec::new(),
        clustered_by: Vec::new(),
        comment: None,
        properties: Vec::new(),
        query: None,
    };
    if matches!(cursor.peek().token, Token::LParen) {
        create.columns = columns(cursor)?;
    }
    while clause(cursor, &mut create)? {}
    if cursor.takes(&["as"]) || cursor.sees(&["select"]) || cursor.sees(&["with"]) {
        create.query = Some(cursor.query()?);
    }
    Ok(Statement::CreateTable(create))
}

fn like(cursor: &mut Cursor<'_>, name: TableName, if_not_exists: bool) -> Result<Statement> {
    let source = cursor.table_name()?;
    if cursor.takes(&["using"]) {
        delta_only(cursor)?;
    }
    Ok(Statement::CreateTableLike(CreateTableLike { name, if_not_exists, source }))
}

/// # Errors
/// UNSUPPORTED_FEATURE for every other format.
fn delta_only(cursor: &mut Cursor<'_>) -> Result<()> {
    let (format, place) = cursor.name()?;
    if format.eq_ignore_ascii_case("delta") {
        return Ok(());
    }
    let what = format!("Tables of format {} are not available", format.to_uppercase());
    let instead = "Every table here is a Delta table: leave USING away, or write USING DELTA.";
    Err(refused::feature(&what, instead, place))
}

fn columns(cursor: &mut Cursor<'_>) -> Result<Vec<ColumnSpec>> {
    cursor.expect_token(&Token::LParen)?;
    let mut columns = Vec::new();
    loop {
        check_constraint(cursor, false)?;
        columns.push(column(cursor)?);
        check_constraint(cursor, true)?;
        if !cursor.takes_token(&Token::Comma) {
            break;
        }
    }
    cursor.expect_token(&Token::RParen)?;
    Ok(columns)
}

/// # Errors
/// UNSUPPORTED_FEATURE for a constraint, of the table or of a column.
fn check_constraint(cursor: &Cursor<'_>, behind_column: bool) -> Result<()> {
    let constraint = cursor.sees(&["constraint"]);
    let key = cursor.sees(&["primary", "key"]) || cursor.sees(&["foreign", "key"]);
    let word = ["references", "unique", "check"].iter().any(|word| cursor.sees(&[word]));
    // A column may have such a name.
    let is_word = word && (behind_column || cursor.token_ahead(1) == Token::LParen);
    if !constraint && !key && !is_word {
        return Ok(());
    }
    let ahead = if constraint { 2 } else { 0 };
    let check = cursor.word_ahead(ahead).as_deref() == Some("check");
    let (what, instead) = if check {
        (
            "CHECK in CREATE TABLE is not available",
            "Add it afterwards: ALTER TABLE name ADD CONSTRAINT c CHECK (condition).",
        )
    } else {
        (
            "PRIMARY KEY, FOREIGN KEY and UNIQUE are not available",
            "Databricks does not enforce keys: declare NOT NULL, and find duplicates with GROUP BY .. HAVING count(*) > 1.",
        )
    };
    Err(refused::feature(what, instead, cursor.position()))
}

/// `name TYPE [NOT NULL] [COMMENT 'text'] [DEFAULT value] [GENERATED ALWAYS AS (expression)]`
pub fn column(cursor: &mut Cursor<'_>) -> Result<ColumnSpec> {
    let (name, position) = column_name(cursor)?;
    cursor.takes_token(&Token::Colon);
    let data_type = cursor.data_type()?;
    let mut column =
        ColumnSpec { name, data_type, nullable: true, comment: None, default: None, generated: None, position };
    loop {
        if cursor.takes(&["not", "null"]) {
            column.nullable = false;
        } else if cursor.takes(&["null"]) {
            column.nullable = true;
        } else if cursor.takes(&["comment"]) {
            column.comment = Some(cursor.text()?);
        } else if cursor.takes(&["default"]) {
            column.default = Some(default(cursor)?);
        } else if cursor.sees(&["generated"]) {
            column.generated = Some(generated(cursor)?);
        } else {
            return Ok(column);
        }
    }
}

/// The name of a column that is declared or changed.
///
/// # Errors
/// UNSUPPORTED_FEATURE for the path of a field: `column.field`.
pub fn column_name(cursor: &mut Cursor<'_>) -> Result<(String, Position)> {
    let name = cursor.name()?;
    if cursor.peek().token == Token::Period {
        return Err(refused::feature(
            "A field inside a STRUCT cannot be added or changed by itself",
            "Make the table again: CREATE OR REPLACE TABLE name AS SELECT .., named_struct('field', value, ..) AS column FROM name.",
            name.1,
        ));
    }
    Ok(name)
}

/// The text of a default. It ends before NOT NULL, so comparisons need brackets.
pub fn default(cursor: &mut Cursor<'_>) -> Result<String> {
    let from = cursor.location();
    cursor.operand()?;
    let to = if cursor.at_end() { None } else { Some(cursor.location()) };
    Ok(cursor.lexed.source(from, to).to_owned())
}

/// `GENERATED ALWAYS AS (expression)`
fn generated(cursor: &mut Cursor<'_>) -> Result<String> {
    let place = cursor.position();
    cursor.expect(&["generated"])?;
    let by_default = cursor.takes(&["by", "default"]);
    if !by_default {
        cursor.expect(&["always"])?;
    }
    cursor.expect(&["as"])?;
    if by_default || cursor.sees(&["identity"]) {
        return Err(refused::feature(
            "Identity columns are not available",
            "Number the rows yourself: row_number() OVER (ORDER BY ..) in the SELECT that fills the table, or uuid().",
            place,
        ));
    }
    cursor.expect_token(&Token::LParen)?;
    let from = cursor.location();
    cursor.expression()?;
    let text = cursor.lexed.source(from, Some(cursor.location())).to_owned();
    cursor.expect_token(&Token::RParen)?;
    Ok(text)
}

fn clause(cursor: &mut Cursor<'_>, create: &mut CreateTable) -> Result<bool> {
    let place = cursor.position();
    if cursor.takes(&["using"]) {
        delta_only(cursor)?;
    } else if cursor.takes(&["partitioned", "by"]) {
        create.partitioned_by = partition_columns(cursor)?;
    } else if cursor.sees(&["cluster", "by", "auto"]) {
        return Err(refused::feature(
            "CLUSTER BY AUTO is not available",
            "Name the columns: CLUSTER BY (column).",
            place,
        ));
    } else if cursor.takes(&["cluster", "by", "none"]) {
        create.clustered_by.clear();
    } else if cursor.takes(&["cluster", "by"]) {
        create.clustered_by = names(cursor)?;
    } else if cursor.takes(&["comment"]) {
        create.comment = Some(cursor.text()?);
    } else if cursor.takes(&["tblproperties"]) {
        create.properties.extend(properties(cursor)?);
    } else if cursor.sees(&["location"]) || cursor.sees(&["options"]) {
        return Err(refused::path(place));
    } else if ["like", "clone", "shallow", "deep"].iter().any(|word| cursor.sees(&[word])) {
        let what = if cursor.sees(&["like"]) { "LIKE" } else { "CLONE" };
        return Err(refused::feature(
            &format!("{what} is not available here"),
            "Use CREATE TABLE new LIKE old for its columns, or CREATE TABLE new AS SELECT * FROM old for its rows too.",
            place,
        ));
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// Partition columns are named, not declared.
fn partition_columns(cursor: &mut Cursor<'_>) -> Result<Vec<String>> {
    let (first, second) = (cursor.token_ahead(1), cursor.token_ahead(2));
    if let (Token::LParen, Token::Word(_), Token::Word(_)) = (cursor.peek().token, first, second) {
        return Err(refused::feature(
            "A type in PARTITIONED BY is not available",
            "Declare the column with the others, and name it only: CREATE TABLE t (a INT, y INT) PARTITIONED BY (y).",
            cursor.position(),
        ));
    }
    names(cursor)
}

fn names(cursor: &mut Cursor<'_>) -> Result<Vec<String>> {
    Ok(cursor.names()?.into_iter().map(|(name, _)| name).collect())
}

/// `('key' = 'value', other.key = 3)`
pub fn properties(cursor: &mut Cursor<'_>) -> Result<Vec<(String, String)>> {
    cursor.expect_token(&Token::LParen)?;
    let mut properties = Vec::new();
    loop {
        let key = property_key(cursor)?;
        cursor.takes_token(&Token::Eq);
        properties.push((key, property_value(cursor)?));
        if !cursor.takes_token(&Token::Comma) {
            break;
        }
    }
    cursor.expect_token(&Token::RParen)?;
    Ok(properties)
}

pub fn property_key(cursor: &mut Cursor<'_>) -> Result<String> {
    if let Ok(text) = cursor.text() {
        return Ok(text);
    }
    let mut key = cursor.name()?.0;
    while cursor.takes_token(&Token::Period) {
        key = format!("{key}.{}", cursor.name()?.0);
    }
    Ok(key)
}

fn property_value(cursor: &mut Cursor<'_>) -> std::result::Result<String, Diagnostic> {
    let token = cursor.peek().token;
    match token {
        Token::Number(number, _) => {
            cursor.with(|parser| parser.parse_number_value())?;
            Ok(number)
        }
        Token::Word(_) => Ok(cursor.name()?.0),
        _ => cursor.text(),
    }
}
