//! Texts as Spark reads them: what sqlparser's tokenizer makes of a backslash is not what Spark makes of it.

use std::borrow::Cow;

use datafusion::sql::sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use super::scan::{Piece, pieces};

/// `text` for the tokenizer, to which a backslash before the closing quote of `r'..'` would leave the text open: the
/// backslashes of raw texts give way to a character of their width. [`read_again`] reads them from the source.
pub fn raw_closed(text: &str) -> Cow<'_, str> {
    let is_raw = |(piece, found): (Piece, &str)| piece == Piece::Text && found.starts_with(['r', 'R']);
    if !pieces(text).any(|piece| is_raw(piece) && piece.1.contains('\\')) {
        return Cow::Borrowed(text);
    }
    let closed = |piece: (Piece, &str)| match is_raw(piece) {
        true => piece.1.replace('\\', "/"),
        false => piece.1.to_owned(),
    };
    Cow::Owned(pieces(text).map(closed).collect())
}

/// Reads `r'..'`, and every text with a backslash, again from the source. Spans are those of `text` alone.
pub fn read_again(tokens: Vec<TokenWithSpan>, text: &str) -> Vec<TokenWithSpan> {
    if !text.contains('\\') && !text.contains(['r', 'R']) {
        return tokens;
    }
    let lines = Lines::of(text);
    let mut read: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for mut token in tokens {
        if let Token::SingleQuotedString(value) | Token::DoubleQuotedString(value) = &mut token.token
            && let Some((quote, inner)) = lines.quoted(token.span.start, token.span.end)
        {
            let raw = read.last().is_some_and(|before| is_raw(before) && before.span.end == token.span.start);
            if raw {
                inner.clone_into(value);
                token.span.start = read.pop().map_or(token.span.start, |mark| mark.span.start);
            } else if inner.contains('\\') {
                *value = unescaped(inner, quote);
            }
        }
        read.push(token);
    }
    read
}

fn is_raw(token: &TokenWithSpan) -> bool {
    matches!(&token.token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case("r"))
}

/// Where the lines of a text begin.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// What stands between the quotes of a text, and the quote.
    fn quoted(&self, start: Location, end: Location) -> Option<(char, &'a str)> {
        let whole = self.text.get(self.offset(start)?..self.offset(end)?)?;
        let quote = whole.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
        Some((quote, whole.strip_prefix(quote)?.strip_suffix(quote)?))
    }

    fn offset(&self, place: Location) -> Option<usize> {
        let start = *self.starts.get(usize::try_from(place.line).ok()?.checked_sub(1)?)?;
        let column = usize::try_from(place.column).ok()?.checked_sub(1)?;
        let rest = self.text.get(start..)?;
        Some(start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at))
    }
}

/// The text that is meant: `\n` and its like, `\u0041`, `\101`; before `%` and `_` the backslash stays, elsewhere it goes.
fn unescaped(inner: &str, quote: char) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(next) = rest.chars().next() {
        rest = &rest[next.len_utf8()..];
        match next {
            '\\' => rest = escaped(rest, &mut text),
            next if next == quote => {
                // A doubled quote is one.
                rest = rest.strip_prefix(quote).unwrap_or(rest);
                text.push(quote);
            }
            next => text.push(next),
        }
    }
    text
}

/// Reads what stands behind a backslash, and gives back what is left.
fn escaped<'a>(rest: &'a str, text: &mut String) -> &'a str {
    let by_number = |from: usize, digits: usize, base: u32| {
        let number = rest.get(from..from + digits)?;
        let all = number.chars().all(|digit| digit.is_digit(base));
        let letter = u32::from_str_radix(number, base).ok().filter(|_| all).and_then(char::from_u32)?;
        Some((letter, &rest[from + digits..]))
    };
    let Some(first) = rest.chars().next() else {
        text.push('\\');
        return rest;
    };
    let numbered = match first {
        'u' => by_number(1, 4, 16),
        'U' => by_number(1, 8, 16),
        '0' | '1' => by_number(0, 3, 8),
        _ => None,
    };
    if let Some((letter, left)) = numbered {
        text.push(letter);
        return left;
    }
    match first {
        '0' => text.push('\0'),
        'b' => text.push('\u{8}'),
        'n' => text.push('\n'),
        'r' => text.push('\r'),
        't' => text.push('\t'),
        'Z' => text.push('\u{1a}'),
        '%' | '_' => text.extend(['\\', first]),
        other => text.push(other),
    }
    &rest[first.len_utf8()..]
}

#[cfg(test)]
mod tests {
    use super::unescaped;

    #[test]
    fn a_backslash_means_what_it_means_in_spark() {
        for (written, meant) in [
            (r"a\nb", "a\nb"),
            (r"\u0041\U0001F600", "A😀"),
            (r"\u00", "u00"),
            (r"\101\0", "A\0"),
            (r"50\% a\_b", r"50\% a\_b"),
            (r"\\d \d", r"\d d"),
            (r"it\'s it''s", "it's it's"),
            (r"\é", "é"),
        ] {
            assert_eq!(unescaped(written, '\''), meant, "{written}");
        }
    }
}
