//! Filters that the templates use.

use askama::Template;
use askama::filters::Safe;

#[derive(Template)]
#[template(path = "fragments/icon.html")]
pub struct Icon {
    name: String,
}

/// `{{ "play"|icon }}`: an icon of the sprite. It is decoration; the word beside it carries the meaning.
#[askama::filter_fn]
pub fn icon(name: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<Safe<Icon>> {
    Ok(Safe(Icon { name: name.to_string() }))
}

#[derive(Template)]
#[template(path = "fragments/sentence.html")]
pub struct Sentence {
    pieces: Vec<Piece>,
}

pub struct Piece {
    text: String,
    code: bool,
}

/// `{{ message|code }}`: a sentence whose `backticked` words are set as code, everything escaped.
#[askama::filter_fn]
pub fn code(sentence: impl std::fmt::Display, _: &dyn askama::Values) -> askama::Result<Safe<Sentence>> {
    let sentence = sentence.to_string();
    // An odd number of backticks leaves the last one as it is.
    let closed = sentence.matches('`').count() / 2 * 2;
    let pieces = sentence
        .splitn(closed + 1, '`')
        .enumerate()
        .map(|(place, text)| Piece { text: text.to_owned(), code: place % 2 == 1 })
        .filter(|piece| !piece.text.is_empty())
        .collect();
    Ok(Safe(Sentence { pieces }))
}
