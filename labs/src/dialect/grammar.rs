//! How sqlparser reads Databricks SQL: its own Databricks dialect and what that misses.
//!
//! Must not know statements: those are parsed in [`super::parse`].

use std::any::TypeId;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Interval, UnaryOperator, Value};
use datafusion::sql::sqlparser::dialect::{DatabricksDialect, Dialect, Precedence};
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::{Parser, ParserError};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::grouping_sets;

/// Backticks quote names, `"x"` is a string, backslash escapes, `div`, table versions, lambdas, maps.
#[derive(Debug, Default)]
pub struct Grammar;

impl Dialect for Grammar {
    fn dialect(&self) -> TypeId {
        TypeId::of::<DatabricksDialect>()
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        ch == '`'
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        ch.is_ascii_alphabetic() || ch == '_'
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        ch.is_ascii_alphanumeric() || ch == '_'
    }

    fn supports_string_literal_backslash_escape(&self) -> bool {
        true
    }

    /// `'50\%'` keeps its backslash, which LIKE reads.
    fn ignores_wildcard_escapes(&self) -> bool {
        true
    }

    fn supports_string_literal_concatenation(&self) -> bool {
        true
    }

    fn supports_filter_during_aggregation(&self) -> bool {
        true
    }

    /// [`grouping_sets`] reads them.
    fn supports_group_by_expr(&self) -> bool {
        false
    }

    fn supports_group_by_with_modifier(&self) -> bool {
        true
    }

    fn supports_table_versioning(&self) -> bool {
        true
    }

    fn supports_table_sample_before_alias(&self) -> bool {
        true
    }

    fn supports_lambda_functions(&self) -> bool {
        true
    }

    fn supports_named_fn_args_with_rarrow_operator(&self) -> bool {
        true
    }

    fn supports_select_wildcard_except(&self) -> bool {
        true
    }

    fn require_interval_qualifier(&self) -> bool {
        true
    }

    fn supports_struct_literal(&self) -> bool {
        true
    }

    fn supports_nested_comments(&self) -> bool {
        true
    }

    fn supports_values_as_table_factor(&self) -> bool {
        true
    }

    fn supports_bang_not_operator(&self) -> bool {
        true
    }

    fn supports_bitwise_shift_operators(&self) -> bool {
        true
    }

    fn supports_cte_without_as(&self) -> bool {
        true
    }

    fn supports_window_function_null_treatment_arg(&self) -> bool {
        true
    }

    fn supports_long_type_as_bigint(&self) -> bool {
        true
    }

    fn supports_map_literal_with_angle_brackets(&self) -> bool {
        true
    }

    fn supports_select_item_multi_column_alias(&self) -> bool {
        true
    }

    fn allow_extract_custom(&self) -> bool {
        true
    }

    fn supports_order_by_all(&self) -> bool {
        true
    }

    /// `~a` binds like `-a`; `INTERVAL 3 DAYS 4 HOURS` has several units; `NOT exists(list, x -> ..)` calls the function,
    /// which sqlparser reads as a subquery.
    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
        if parser.consume_token(&Token::Tilde) {
            let operand = parser.parse_subexpr(self.prec_value(Precedence::MulDivModOp));
            return Some(operand.map(|expr| unary(UnaryOperator::BitwiseNot, expr)));
        }
        interval(parser).map(Ok).or_else(|| not_exists(parser)).or_else(|| grouping_sets::parse(parser))
    }

    /// `a div b`, which sqlparser's own Databricks dialect does not read; `a IN ((SELECT ..), b)`; `a RLIKE NULL`;
    /// and `a IS [NOT] DISTINCT FROM b`, whose right side sqlparser lets reach over AND and OR.
    fn parse_infix(&self, parser: &mut Parser, expr: &Expr, precedence: u8) -> Option<Result<Expr, ParserError>> {
        if parser.parse_keyword(Keyword::DIV) {
            return Some(parser.parse_subexpr(precedence).map(|right| Expr::BinaryOp {
                left: Box::new(expr.clone()),
                op: BinaryOperator::MyIntegerDivide,
                right: Box::new(right),
            }));
        }
        if let Some(test) = in_brackets(parser, expr).or_else(|| rlike(parser, expr)) {
            return Some(test);
        }
        let distinct = parser.parse_keywords(&[Keyword::IS, Keyword::DISTINCT, Keyword::FROM]);
        if !distinct && !parser.parse_keywords(&[Keyword::IS, Keyword::NOT, Keyword::DISTINCT, Keyword::FROM]) {
            return None;
        }
        let variant = if distinct { Expr::IsDistinctFrom } else { Expr::IsNotDistinctFrom };
        let right = parser.parse_subexpr(precedence);
        Some(right.map(|right| variant(Box::new(expr.clone()), Box::new(right))))
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        let precedence = match parser.peek_token_ref().token {
            Token::Word(ref word) if word.keyword == Keyword::DIV => Precedence::MulDivModOp,
            // `'sum ' || a * b` joins a text and a product.
            Token::StringConcat => Precedence::PlusMinus,
            // `json:path` binds like a cast.
            Token::Colon => match parser.peek_nth_token_ref(1).token {
                Token::Word(_) | Token::LBracket | Token::DoubleQuotedString(_) => Precedence::DoubleColon,
                _ => return None,
            },
            _ => return None,
        };
        Some(Ok(self.prec_value(precedence)))
    }
}

fn unary(op: UnaryOperator, expr: Expr) -> Expr {
    Expr::UnaryOp { op, expr: Box::new(expr) }
}

/// `INTERVAL 3 DAYS 4 HOURS` and `INTERVAL '3 days 4 hours'`: sqlparser reads a number and one unit.
fn interval(parser: &mut Parser) -> Option<Expr> {
    if !parser.peek_keyword(Keyword::INTERVAL) {
        return None;
    }
    let (mut text, mut at) = (String::new(), 1);
    let ahead = |at: usize| &parser.peek_nth_token_ref(at).token;
    if let (Token::SingleQuotedString(fields), Token::Word(from), Token::Word(to), Token::Word(last)) =
        (ahead(1), ahead(2), ahead(3), ahead(4))
        && to.keyword == Keyword::TO
        && let Some(text) = fields_of_interval(fields, &from.value, &last.value)
    {
        return Some(interval_of(parser, text, 5));
    }
    if let (Token::SingleQuotedString(whole), false) = (ahead(1), is_unit(ahead(2))) {
        (text, at) = (whole.clone(), 2);
    }
    let mut units = 0;
    while at != 2 || units > 0 {
        let negated = units == 0 && *ahead(at) == Token::Minus;
        let number = at + usize::from(negated);
        let (Token::Number(amount, false) | Token::SingleQuotedString(amount)) = ahead(number) else { break };
        let (true, true, Token::Word(unit)) = (is_amount(amount), is_unit(ahead(number + 1)), ahead(number + 1)) else {
            break;
        };
        text.push_str(&format!(
            "{}{}{amount} {}",
            if units > 0 { " " } else { "" },
            if negated { "-" } else { "" },
            unit.value
        ));
        (units, at) = (units + 1, number + 2);
    }
    if units == 1 || text.is_empty() {
        return None;
    }
    Some(interval_of(parser, text, at))
}

/// The interval of a text, in the place of so many tokens.
fn interval_of(parser: &mut Parser, text: String, tokens: usize) -> Expr {
    let span = parser.peek_nth_token_ref(1).span;
    (0..tokens).for_each(|_| parser.advance_token());
    Expr::Interval(Interval {
        value: Box::new(Expr::Value(Value::SingleQuotedString(text).with_span(span))),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })
}

/// `'1-2' YEAR TO MONTH` and `'1 02:03:04.5' DAY TO SECOND` as numbers with their units; `None` when the text has other
/// fields.
fn fields_of_interval(fields: &str, from: &str, to: &str) -> Option<String> {
    let (sign, fields) = match fields.trim().strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", fields.trim()),
    };
    let (units, numbers): (&[&str], Vec<&str>) = if from == "year" {
        (&["year", "month"], fields.split('-').collect())
    } else {
        (&["day", "hour", "minute", "second"], fields.split([' ', ':']).collect())
    };
    let place = |unit: &str| units.iter().position(|known| *known == unit);
    let units = units.get(place(from)?..=place(to)?)?;
    let is_amount = |number: &&str| number.starts_with(|first: char| first.is_ascii_digit()) && is_amount(number);
    if units.len() != numbers.len() || units.len() < 2 || !numbers.iter().all(is_amount) {
        return None;
    }
    let parts: Vec<String> = numbers.iter().zip(units).map(|(number, unit)| format!("{sign}{number} {unit}")).collect();
    Some(parts.join(" "))
}

fn is_amount(text: &str) -> bool {
    text.parse::<f64>().is_ok()
}

fn is_unit(token: &Token) -> bool {
    const UNITS: &[&str] = &["year", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond"];
    let Token::Word(word) = token else { return false };
    let unit = word.value.strip_suffix('s').unwrap_or(&word.value);
    word.quote_style.is_none() && UNITS.contains(&unit)
}

/// `[NOT] IN ((`: sqlparser takes it for a query and does not look back when there is more in the list.
fn in_brackets(parser: &mut Parser, expr: &Expr) -> Option<Result<Expr, ParserError>> {
    let negated = parser.peek_keyword(Keyword::NOT);
    let at = usize::from(negated);
    let ahead = |at: usize| &parser.peek_nth_token_ref(at).token;
    let is_in = matches!(ahead(at), Token::Word(word) if word.keyword == Keyword::IN);
    if !is_in || *ahead(at + 1) != Token::LParen || *ahead(at + 2) != Token::LParen {
        return None;
    }
    (0..at + 2).for_each(|_| parser.advance_token());
    Some(query_or_list(parser, Box::new(expr.clone()), negated))
}

fn query_or_list(parser: &mut Parser, expr: Box<Expr>, negated: bool) -> Result<Expr, ParserError> {
    let query = |parser: &mut Parser| {
        let query = parser.parse_query()?;
        parser.expect_token(&Token::RParen).map(|_| query)
    };
    if let Some(subquery) = parser.maybe_parse(query)? {
        return Ok(Expr::InSubquery { expr, subquery, negated });
    }
    let list = parser.parse_comma_separated(Parser::parse_expr)?;
    parser.expect_token(&Token::RParen)?;
    Ok(Expr::InList { expr, list, negated })
}

/// `[NOT] RLIKE pattern`: sqlparser drops a NULL that is the pattern.
fn rlike(parser: &mut Parser, expr: &Expr) -> Option<Result<Expr, ParserError>> {
    let negated = parser.peek_keyword(Keyword::NOT);
    let regexp = match &parser.peek_nth_token_ref(usize::from(negated)).token {
        Token::Word(word) if word.keyword == Keyword::RLIKE => false,
        Token::Word(word) if word.keyword == Keyword::REGEXP => true,
        _ => return None,
    };
    (0..=usize::from(negated)).for_each(|_| parser.advance_token());
    let pattern = parser.parse_subexpr(Grammar.prec_value(Precedence::Like));
    Some(pattern.map(|pattern| Expr::RLike {
        negated,
        expr: Box::new(expr.clone()),
        pattern: Box::new(pattern),
        regexp,
    }))
}

/// `NOT exists(`, unless SELECT or WITH follows: what is no query in the brackets is a list and what to look for in it.
fn not_exists(parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
    let ahead = |at: usize| &parser.peek_nth_token_ref(at).token;
    let keyword = |at: usize| if let Token::Word(word) = ahead(at) { word.keyword } else { Keyword::NoKeyword };
    let is_exists = keyword(0) == Keyword::NOT && keyword(1) == Keyword::EXISTS && *ahead(2) == Token::LParen;
    if !is_exists || matches!(keyword(3), Keyword::SELECT | Keyword::WITH) {
        return None;
    }
    parser.advance_token();
    let subquery = parser.maybe_parse(|parser| {
        parser.advance_token();
        parser.parse_exists_expr(true)
    });
    Some(match subquery {
        Ok(Some(subquery)) => Ok(subquery),
        Ok(None) => {
            let operand = parser.parse_subexpr(Grammar.prec_value(Precedence::UnaryNot));
            operand.map(|expr| unary(UnaryOperator::Not, expr))
        }
        Err(error) => Err(error),
    })
}
