//! What a YAML parser's terms mean for a person who wrote the file by hand.

/// A sentence's end after "Not valid YAML: ", and what to do next.
pub(super) struct Explained {
    pub message: String,
    pub hint: Option<&'static str>,
}

/// What a tab in the indentation is called.
pub(super) const TAB: &str = "a tab stands where only spaces are possible";
const INDENTATION: &str =
    "Compare the indentation with the lines above: entries of one list or mapping begin in the same column.";
const QUOTES: &str = "A text that holds `: ` or begins with {, [, *, &, @, % or ` needs quotation marks.";
const CLOSE: &str = "Look for a [, { or quotation mark above that is not closed, or a missing comma.";

/// Part of the parser's message, what it means, what to do.
const TERMS: [(&str, &str, &str); 22] = [
    ("expected '-' indicator", "this line is not part of the list above it", INDENTATION),
    ("mapping values are not allowed", "there is a second `:` on this line, or the line is indented too far", QUOTES),
    ("illegal placement of ':'", "a `:` stands where none is possible", CLOSE),
    ("simple key expected", "a name stands here without `:` behind it", QUOTES),
    ("did not find expected key", "this line is neither a name with `:` nor part of the line above", INDENTATION),
    ("block sequence entries are not allowed", "a list entry `-` stands where none is possible", INDENTATION),
    ("indentation", "the indentation does not fit", INDENTATION),
    ("wrongly indented", "the indentation does not fit", INDENTATION),
    ("expected ',' or ']'", "a list in [ ] is not closed, or a comma is missing", CLOSE),
    ("expected ',' or '}'", "a mapping in { } is not closed, or a comma is missing", CLOSE),
    ("flow sequence", "a list in [ ] is not closed", CLOSE),
    ("flow mapping", "a mapping in { } is not closed", CLOSE),
    ("unclosed bracket", "a bracket is not closed", CLOSE),
    ("mismatched bracket", "a bracket is closed by one of another kind", CLOSE),
    ("misplaced bracket", "a bracket is closed that was never opened", CLOSE),
    ("unclosed quote", "a text in quotation marks does not end", CLOSE),
    ("invalid trailing content after", "something follows the closing quotation mark", QUOTES),
    ("unknown escape", "an escape with \\ is not known", "Use single quotation marks for text with backslashes."),
    ("unknown anchor", "`*name` stands for an anchor `&name`, and there is none", QUOTES),
    ("anchor or alias", "a * or & stands without a name", QUOTES),
    ("multiple YAML documents", "the file holds more than one document", "Remove the line `---` and what follows it."),
    ("unexpected character", "a character stands where none is possible", QUOTES),
];

/// Puts a parser's message, which may end with its place, into plain words.
pub(super) fn explain(shown: &str) -> Explained {
    if shown.contains("tab") && !shown.contains("table") {
        return Explained { message: TAB.to_owned(), hint: Some("Indent with spaces, not with tabs.") };
    }
    match TERMS.iter().find(|(term, ..)| shown.contains(term)) {
        Some((_, message, hint)) => Explained { message: (*message).to_owned(), hint: Some(hint) },
        None => Explained { message: without_place(shown).to_owned(), hint: None },
    }
}

/// Without " at line 3, column 4" at the end.
fn without_place(shown: &str) -> &str {
    match shown.rsplit_once(" at line ") {
        Some((message, place)) if place.chars().all(|c| c.is_ascii_digit() || ", column".contains(c)) => message,
        _ => shown,
    }
}
