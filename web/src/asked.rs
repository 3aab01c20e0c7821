//! What kind of answer a request wants.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// A script of ours asks for a part of the page, a browser's navigation for all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    Page,
    Fragment,
    Json,
}

impl Asked {
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if text("accept").contains("application/json") {
            Self::Json
        } else if text("sec-fetch-dest") == "empty" || headers.contains_key("x-csrf-token") {
            Self::Fragment
        } else {
            Self::Page
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.headers))
    }
}
