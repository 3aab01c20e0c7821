//! Texts that are one slip away from what was meant, which may be no statements: a parameter in quotes, two statements
//! without a `;` between them, a query that cannot be read behind the words that say where its rows go.

use super::scan::{Piece, pieces};
use super::split::position_of;

/// A piece of code, neither space nor comment, and where it begins.
type Code<'a> = (Piece, &'a str, usize);

fn code(text: &str) -> Vec<Code<'_>> {
    let mut at = 0;
    let placed = pieces(text).map(|(piece, found)| {
        at += found.len();
        (piece, found, at - found.len())
    });
    placed.filter(|(piece, ..)| !matches!(piece, Piece::Space | Piece::Comment)).collect()
}

/// The text in which `':since'` is `:since` where it is compared or cast, as a value is and a label is not; and which of
/// the names stood in quotes so, each with its first line.
pub fn unquoted(text: &str, names: &[&str]) -> (String, Vec<(String, u32)>) {
    let (mut mended, mut found, mut done) = (String::new(), Vec::new(), 0);
    let all = code(text);
    for (index, (piece, quoted, at)) in all.iter().enumerate() {
        let name =
            (*piece == Piece::Text).then(|| quoted.trim_matches(['\'', '"'])).and_then(|in_it| in_it.strip_prefix(':'));
        let name = name.and_then(|name| names.iter().find(|known| known.eq_ignore_ascii_case(name)));
        let is_value = awaits_value(&all[..index]) || all.get(index + 1).is_some_and(compares);
        if let (Some(name), true) = (name, is_value) {
            mended.push_str(&text[done..*at]);
            mended.push(':');
            mended.push_str(name);
            done = at + quoted.len();
            if !found.iter().any(|(known, _)| known == name) {
                found.push(((*name).to_owned(), position_of(text, *at).line));
            }
        }
    }
    mended.push_str(&text[done..]);
    (mended, found)
}

fn compares((piece, found, _): &Code<'_>) -> bool {
    *piece == Piece::Mark && matches!(*found, "=" | "<" | ">" | "!")
}

/// Whether what stands before takes a value: a comparison, the name of a type, the bracket of a cast or a list.
fn awaits_value(before: &[Code<'_>]) -> bool {
    let Some((last, rest)) = before.split_last() else { return false };
    let is = |code: &Code<'_>, words: &[&str]| words.iter().any(|word| code.1.eq_ignore_ascii_case(word));
    let opens = ["cast", "try_cast", "date", "to_date", "timestamp", "to_timestamp", "in"];
    match last.1 {
        "(" => rest.last().is_some_and(|name| is(name, &opens)),
        _ => compares(last) || is(last, &["date", "timestamp", "between", "and", "like"]),
    }
}

/// The text with a `;` before each of these words that is not its first: `["CREATE", "WIDGET"]`. `None` where there is no
/// other.
pub fn cut_before(text: &str, words: &[&str]) -> Option<String> {
    let all = code(text);
    let begins = |at: &usize| {
        let found = all.get(*at..*at + words.len()).unwrap_or_default();
        found.len() == words.len() && found.iter().zip(words).all(|(found, word)| found.1.eq_ignore_ascii_case(word))
    };
    let others: Vec<usize> = (1..all.len()).filter(begins).map(|index| all[index].2).collect();
    let last = others.last()?;
    let starts = [0].into_iter().chain(others.iter().copied());
    let pieces = starts.zip(&others).map(|(from, to)| &text[from..*to]);
    Some(pieces.chain([&text[*last..]]).collect::<Vec<_>>().join("; "))
}

/// The statement that writes the rows of another query into the table: what stands before the query stays as it is,
/// and the query need not be one. `None` for any other statement.
pub fn with_query(statement: &str, table: &str, query: &str) -> Option<String> {
    let all = code(statement);
    let writes =
        ["create", "insert"].iter().any(|word| all.first().is_some_and(|first| first.1.eq_ignore_ascii_case(word)));
    let begins_query = |code: &Code<'_>| {
        code.0 == Piece::Word
            && ["select", "with", "values", "from"].iter().any(|word| code.1.eq_ignore_ascii_case(word))
    };
    let start = all.iter().position(begins_query).filter(|_| writes)?;
    let brackets = all[..start].iter().rev().take_while(|code| code.1 == "(").count();
    let head = &all[..start - brackets];
    let is_view = head.iter().any(|code| code.1.eq_ignore_ascii_case("view"));
    let kept = &statement[..all[start - brackets].2];
    (!is_view && super::is_named(kept, table)).then(|| format!("{kept}{query}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_in_quotes_is_one_where_it_is_compared_and_a_text_elsewhere() {
        let names = ["since", "city"];
        for (text, mended, found) in [
            ("d >= CAST(':since' AS DATE)", "d >= CAST(:since AS DATE)", vec!["since"]),
            ("d >= DATE ':Since' OR \":city\" <> c", "d >= DATE :since OR :city <> c", vec!["since", "city"]),
            ("d > to_date(':since') AND c IN (':city')", "d > to_date(:since) AND c IN (:city)", vec!["since", "city"]),
            ("SELECT concat(':since', ' on'), f(':city')", "SELECT concat(':since', ' on'), f(':city')", vec![]),
            ("SELECT ':since', ':city' AS label", "SELECT ':since', ':city' AS label", vec![]),
            ("c = ':town' -- = ':city'", "c = ':town' -- = ':city'", vec![]),
        ] {
            let found = found.into_iter().map(|name| (name.to_owned(), 1)).collect();
            assert_eq!(unquoted(text, &names), (mended.to_owned(), found), "{text}");
        }
    }

    #[test]
    fn what_begins_in_the_middle_of_a_statement_is_cut_off() {
        let words = ["CREATE", "WIDGET"];
        let text = "-- a\nCREATE WIDGET TEXT a DEFAULT 'create widget'\ncreate  widget TEXT b CREATE WIDGET TEXT c";
        let cut = "-- a\nCREATE WIDGET TEXT a DEFAULT 'create widget'\n; create  widget TEXT b ; CREATE WIDGET TEXT c";
        assert_eq!(cut_before(text, &words).as_deref(), Some(cut));
        assert_eq!(cut_before("CREATE WIDGET TEXT a DEFAULT 'x'", &words), None);
    }

    #[test]
    fn the_words_before_a_query_stay_and_the_query_need_not_be_one() {
        let with = |statement: &str| with_query(statement, "Gold", "SELECT 1");
        for (statement, written) in [
            ("CREATE OR REPLACE TABLE gold AS\nSELECT a FORM t", "CREATE OR REPLACE TABLE gold AS\nSELECT 1"),
            ("CREATE TABLE gold AS ((SELECT a)", "CREATE TABLE gold AS SELECT 1"),
            ("-- select\nINSERT INTO `gold` (a) WITH x AS (", "-- select\nINSERT INTO `gold` (a) SELECT 1"),
        ] {
            assert_eq!(with(statement).as_deref(), Some(written));
        }
        for other in [
            "CREATE TABLE silver AS SELECT * FROM gold",
            "CREATE TABLE gold (a INT)",
            "SELECT * FROM gold",
            "CREATE VIEW gold AS SELECT 1",
            "CREAT TABLE gold AS SELECT 1",
            "",
        ] {
            assert_eq!(with(other), None, "{other}");
        }
    }
}
