//! ROLLUP, CUBE and GROUPING SETS. sqlparser reads an expression that begins with a bracket as a set, and no sets inside sets.

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

/// `ROLLUP (a, (b, c), (d + 1) * 2)` with what its brackets hold; `None` when something else comes.
pub fn parse(parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
    let [word, other] = [1, 2].map(|at| parser.peek_nth_token_ref(at).token == Token::LParen);
    let variant = if word && parser.parse_keyword(Keyword::ROLLUP) {
        Expr::Rollup
    } else if word && parser.parse_keyword(Keyword::CUBE) {
        Expr::Cube
    } else if other && parser.parse_keywords(&[Keyword::GROUPING, Keyword::SETS]) {
        Expr::GroupingSets
    } else {
        return None;
    };
    Some(sets(parser).map(variant))
}

fn sets(parser: &mut Parser) -> Result<Vec<Vec<Expr>>, ParserError> {
    parser.expect_token(&Token::LParen)?;
    let sets = parser.parse_comma_separated(set)?;
    parser.expect_token(&Token::RParen)?;
    Ok(sets)
}

fn set(parser: &mut Parser) -> Result<Vec<Expr>, ParserError> {
    if parser.consume_tokens(&[Token::LParen, Token::RParen]) {
        return Ok(Vec::new());
    }
    Ok(match parser.parse_expr()? {
        Expr::Tuple(parts) => parts,
        Expr::Nested(part) => vec![*part],
        expr => vec![expr],
    })
}
