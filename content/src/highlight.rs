//! SQL as HTML with a class for each kind of token.

use sandbar_labs::dialect::{self, TokenClass};

use crate::markdown::escape;

/// `<span class="t-keyword">SELECT</span> …`; the text is escaped, and nothing of it is lost.
pub fn sql(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 2);
    for token in dialect::highlight(text) {
        let escaped = escape(token.text);
        match class(token.class) {
            Some(class) => html.push_str(&format!("<span class=\"{class}\">{escaped}</span>")),
            None => html.push_str(&escaped),
        }
    }
    html
}

/// `None` for what looks as plain text does.
fn class(class: TokenClass) -> Option<&'static str> {
    match class {
        TokenClass::Keyword => Some("t-keyword"),
        TokenClass::Type => Some("t-type"),
        TokenClass::Function => Some("t-function"),
        TokenClass::Text => Some("t-string"),
        TokenClass::Number => Some("t-number"),
        TokenClass::Parameter => Some("t-parameter"),
        TokenClass::Comment => Some("t-comment"),
        TokenClass::Operator => Some("t-operator"),
        TokenClass::Name | TokenClass::Space => None,
    }
}

#[cfg(test)]
mod tests {
    use super::sql;

    #[test]
    fn tokens_are_marked_and_nothing_is_lost() {
        let html = sql("SELECT '<b>' AS x -- done");
        assert!(html.contains("<span class=\"t-keyword\">SELECT</span>"), "{html}");
        assert!(html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
    }
}
