//! Signing in and out.

use std::net::IpAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use jiff::SignedDuration;
use tower_sessions::Session;

use super::{csrf, keys, throttle};
use crate::app::App;
use crate::demo;
use crate::error::{Fault, Problem};
use crate::store::{self, UserId, audit, users};

/// How an attempt to sign in ended when the server itself worked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    Done(UserId),
    /// Unknown login or wrong password; which of them is not said.
    Refused,
    /// Too many failures; the password was not looked at.
    Wait(SignedDuration),
}

/// Checks the password and, when it is right, gives the browser a new session.
pub async fn sign_in(
    app: &App,
    session: &Session,
    (login, password): (&str, String),
    address: IpAddr,
) -> Result<SignIn, Fault> {
    let at = store::now();
    let subjects = throttle::Subjects::new(login, address);
    if let Some(wait) = subjects.wait(&app.store, at).await? {
        return Ok(SignIn::Wait(wait));
    }
    let is_sample = demo::is_known_to_all(login, &password);
    let is_closed = is_sample && !app.settings.demo;
    let found = users::credentials(&app.store, login).await?;
    let hash = found.as_ref().map(|credentials| credentials.password_hash.clone());
    let matches = app.hashing.verify(password, hash).await.map_err(Fault::new)?;
    let Some(credentials) = found.filter(|_| matches && !is_closed) else {
        subjects.failed(&app.store, at).await?;
        return Ok(SignIn::Refused);
    };
    subjects.succeeded(&app.store).await?;
    begin(session, credentials.id).await?;
    if is_sample {
        session.insert(keys::SAMPLE, true).await?;
    }
    audit::record(&app.store, credentials.id, "signed_in", &address.to_string(), at).await?;
    Ok(SignIn::Done(credentials.id))
}

/// A new id and a new token, so that whoever knew the old ones has nothing.
async fn begin(session: &Session, user: UserId) -> Result<(), Fault> {
    session.cycle_id().await?;
    session.insert(keys::USER, user).await?;
    csrf::renew(session).await?;
    Ok(())
}

/// Ends the session in the database and in the browser.
pub async fn sign_out(session: &Session) -> Result<(), Fault> {
    session.flush().await?;
    Ok(())
}

/// The person that the session belongs to; nobody, when it began in a demonstration that is over.
pub async fn user_of(app: &App, session: &Session) -> Result<Option<UserId>, Fault> {
    if !app.settings.demo && session.get::<bool>(keys::SAMPLE).await?.is_some() {
        return Ok(None);
    }
    Ok(session.get(keys::USER).await?)
}

/// Where the request came from: the peer, or behind a proxy the last address that the proxy added.
#[derive(Clone, Copy, Debug)]
pub struct Address(pub IpAddr);

impl FromRequestParts<App> for Address {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let forwarded = parts.headers.get_all("x-forwarded-for").iter().next_back();
        let last = forwarded.and_then(|value| value.to_str().ok()).and_then(|text| text.rsplit(',').next());
        if let Some(address) = last.filter(|_| app.settings.behind_proxy).and_then(|text| text.trim().parse().ok()) {
            return Ok(Self(address));
        }
        let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>();
        Ok(Self(peer.map_or(std::net::Ipv4Addr::UNSPECIFIED.into(), |ConnectInfo(peer)| peer.ip())))
    }
}
