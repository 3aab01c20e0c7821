//! Tokens for colouring SQL on a page.
//!
//! Invariant: the tokens' texts put together are the whole text; highlighting never fails.

use datafusion::sql::sqlparser::keywords::ALL_KEYWORDS;

use super::scan::{Piece, pieces};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenClass {
    Keyword,
    Type,
    Function,
    Name,
    Text,
    Number,
    Parameter,
    Comment,
    Operator,
    Space,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub class: TokenClass,
}

/// Words that SQL text may contain as names just as well, and that are coloured as names.
const PLAIN_NAMES: [&str; 22] = [
    "name",
    "id",
    "status",
    "category",
    "price",
    "quantity",
    "product",
    "products",
    "total",
    "count",
    "value",
    "date_",
    "type",
    "source",
    "target",
    "version",
    "operation",
    "user",
    "position",
    "month",
    "year",
    "day",
];

/// Words of our statements that sqlparser's list lacks.
const OWN_KEYWORDS: [&str; 10] = [
    "history",
    "detail",
    "widget",
    "dropdown",
    "combobox",
    "multiselect",
    "tblproperties",
    "zorder",
    "delta",
    "evolution",
];

const TYPES: [&str; 22] = [
    "int",
    "integer",
    "bigint",
    "long",
    "smallint",
    "short",
    "tinyint",
    "byte",
    "double",
    "float",
    "real",
    "decimal",
    "numeric",
    "dec",
    "string",
    "varchar",
    "boolean",
    "date",
    "timestamp",
    "timestamp_ntz",
    "binary",
    "struct",
];

/// The whole text as coloured tokens.
pub fn highlight(sql: &str) -> Vec<Token<'_>> {
    let found: Vec<(Piece, &str)> = pieces(sql).collect();
    let opens = |at: usize| matches!(found.get(at + 1), Some((Piece::Mark, "(")));
    let dotted = |at: usize| at > 0 && matches!(found.get(at - 1), Some((Piece::Mark, ".")));
    let class = |(at, (piece, text)): (usize, &(Piece, &str))| match piece {
        Piece::Space => TokenClass::Space,
        Piece::Comment => TokenClass::Comment,
        Piece::Text => TokenClass::Text,
        Piece::Quoted => TokenClass::Name,
        Piece::Number => TokenClass::Number,
        Piece::Parameter => TokenClass::Parameter,
        Piece::Mark => TokenClass::Operator,
        Piece::Word => word_class(text, opens(at), dotted(at)),
    };
    found.iter().enumerate().map(|(at, piece)| Token { text: piece.1, class: class((at, piece)) }).collect()
}

fn word_class(word: &str, opens: bool, dotted: bool) -> TokenClass {
    let lower = word.to_lowercase();
    if dotted {
        return TokenClass::Name;
    }
    if TYPES.contains(&lower.as_str()) && !opens || matches!(lower.as_str(), "array" | "map" | "decimal" | "varchar") {
        return TokenClass::Type;
    }
    let keyword = is_keyword(&lower);
    if opens && !(keyword && keeps_keyword_before_bracket(&lower)) {
        return TokenClass::Function;
    }
    if keyword && !PLAIN_NAMES.contains(&lower.as_str()) { TokenClass::Keyword } else { TokenClass::Name }
}

fn is_keyword(lower: &str) -> bool {
    OWN_KEYWORDS.contains(&lower) || ALL_KEYWORDS.binary_search(&lower.to_uppercase().as_str()).is_ok()
}

/// Keywords after which a bracket opens a list or a query, not a call.
fn keeps_keyword_before_bracket(lower: &str) -> bool {
    const WORDS: [&str; 30] = [
        "values",
        "in",
        "as",
        "from",
        "join",
        "on",
        "using",
        "and",
        "or",
        "not",
        "where",
        "over",
        "exists",
        "select",
        "by",
        "when",
        "then",
        "else",
        "table",
        "set",
        "union",
        "all",
        "except",
        "intersect",
        "columns",
        "column",
        "tblproperties",
        "insert",
        "distinct",
        "add",
    ];
    WORDS.contains(&lower)
}
