//! ROLLUP, CUBE and GROUPING SETS. sqlparser reads an expression that begins with a bracket as a set, and no sets inside sets.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

/// `ROLLUP (a, (b, c), (d + 1) * 2)` with what its brackets hold; `None` when something else comes.
pub fn parse(parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
    let [behind_one, behind_two] = [1, 2].map(|at| parser.peek_nth_token_ref(at).token == Token::LParen);
    let (variant, set_of): (Variant, Set) = if behind_one && parser.parse_keyword(Keyword::ROLLUP) {
        (Expr::Rollup, set)
    } else if behind_one && parser.parse_keyword(Keyword::CUBE) {
        (Expr::Cube, set)
    } else if behind_two && parser.parse_keywords(&[Keyword::GROUPING, Keyword::SETS]) {
        (Expr::GroupingSets, set_or_none)
    } else {
        return None;
    };
    Some(sets(parser, set_of).map(variant))
}

type Variant = fn(Vec<Vec<Expr>>) -> Expr;
type Set = fn(&mut Parser) -> Result<Vec<Expr>, ParserError>;

fn sets(parser: &mut Parser, set: Set) -> Result<Vec<Vec<Expr>>, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let sets = parser.parse_comma_separated(set)?;
    parser.expect_token(&Token::RParen)?;
    Ok(sets)
}

/// A set of GROUPING SETS, where the empty one may stand.
fn set_or_none(parser: &mut Parser) -> Result<Vec<Expr>, ParserError> {
    if parser.consume_tokens(&[Token::LParen, Token::RParen]) { Ok(Vec::new()) } else { set(parser) }
}

fn set(parser: &mut Parser) -> Result<Vec<Expr>, ParserError> {
    Ok(match parser.parse_expr()? {
        Expr::Tuple(parts) => parts,
        // Sets in brackets of their own are no sets of these.
        Expr::Nested(part) if !matches!(*part, Expr::Rollup(_) | Expr::Cube(_) | Expr::GroupingSets(_)) => vec![*part],
        expr => vec![expr],
    })
}
