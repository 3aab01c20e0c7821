//! Security headers, the same on every response, and the nonce of each page's styles.

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use rand::Rng;

use crate::app::App;

/// A random word for one response: a `<style nonce>` with it is allowed.
#[derive(Clone, Debug)]
pub struct Nonce(pub String);

const FIXED: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// A response's page plays media from this other origin: `https://media.example`.
#[derive(Clone, Debug)]
pub struct MediaFrom(pub String);

/// Adds the headers; what a handler set itself stays.
pub async fn secure(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let nonce = hex::encode(rand::rng().random::<[u8; 16]>());
    request.extensions_mut().insert(Nonce(nonce.clone()));
    let mut response = next.run(request).await;
    let media = response.extensions().get::<MediaFrom>().cloned();
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::try_from(content_security_policy(&nonce, media.as_ref())) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if app.settings.https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn content_security_policy(nonce: &str, media: Option<&MediaFrom>) -> String {
    let media = media.map(|MediaFrom(origin)| format!(" {origin}")).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'; \
         media-src 'self'{media}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
