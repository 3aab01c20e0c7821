//! The token that an unsafe request must bring from a page of ours: in the header `X-CSRF-Token`, or in the form's
//! field `csrf_token`.

use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use rand::Rng;
use subtle::ConstantTimeEq;
use tower_sessions::Session;

use super::keys;
use crate::config::{MAX_BODY_BYTES, MAX_DRAINED_BYTES};
use crate::error::{Fault, Problem};

const HEADER: &str = "x-csrf-token";
const FIELD: &str = "csrf_token";

/// The session's token; made when the session has none.
pub async fn token(session: &Session) -> Result<String, Fault> {
    match existing(session).await? {
        Some(token) => Ok(token),
        None => renew(session).await,
    }
}

/// The session's token, if it has one.
pub async fn existing(session: &Session) -> Result<Option<String>, Fault> {
    Ok(session.get(keys::CSRF).await?)
}

/// Puts a new token in place of the old one.
pub(super) async fn renew(session: &Session) -> Result<String, Fault> {
    let token = hex::encode(rand::rng().random::<[u8; 32]>());
    session.insert(keys::CSRF, &token).await?;
    Ok(token)
}

/// Lets an unsafe request pass when it brings the session's token; also holds every body to its bound.
pub async fn guard(session: Session, request: Request, next: Next) -> Result<Response, Problem> {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let bytes = read(body).await?;
    let brought = match parts.headers.get(HEADER) {
        Some(value) => value.to_str().ok().map(str::to_owned),
        None => field(&parts.headers, bytes.clone()).await,
    };
    let pair = existing(&session).await?.zip(brought);
    if !pair.is_some_and(|(expected, brought)| expected.as_bytes().ct_eq(brought.as_bytes()).into()) {
        return Err(Problem::forged());
    }
    Ok(next.run(Request::from_parts(parts, Body::from(bytes))).await)
}

/// The whole body. Of one that is too large the rest is read and dropped, so that the sender comes to read the answer.
async fn read(body: Body) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let mut kept = Vec::new();
    let mut length = 0;
    while let Some(data) = stream.next().await {
        let data = data.map_err(|_| Problem::bad_request("The request broke off before its end."))?;
        length += data.len();
        if length <= MAX_BODY_BYTES {
            kept.extend_from_slice(&data);
        } else if length <= MAX_DRAINED_BYTES {
            kept.clear();
        } else {
            break;
        }
    }
    if length > MAX_BODY_BYTES { Err(Problem::too_large(MAX_BODY_BYTES)) } else { Ok(kept.into()) }
}

async fn field(headers: &HeaderMap, bytes: Bytes) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?;
    let name = kind.to_str().ok()?.split(';').next().unwrap_or_default().trim();
    let request =
        Request::post("/").header(header::CONTENT_TYPE, HeaderValue::clone(kind)).body(Body::from(bytes)).ok()?;
    match name {
        "application/x-www-form-urlencoded" => {
            let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, &()).await.ok()?;
            fields.into_iter().find(|(name, _)| name == FIELD).map(|(_, value)| value)
        }
        "multipart/form-data" => {
            let mut form = Multipart::from_request(request, &()).await.ok()?;
            while let Some(field) = form.next_field().await.ok()? {
                if field.name() == Some(FIELD) {
                    return field.text().await.ok();
                }
            }
            None
        }
        _ => None,
    }
}
