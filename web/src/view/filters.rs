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
