//! The people of a first start, and what is printed about them.

use std::io::Write;
use std::net::SocketAddr;

use crate::auth::password;
use crate::demo;
use crate::store::enrolments::Role;
use crate::store::{self, SectionId, Store, enrolments, users};

const ADMINISTRATOR: &str = "admin";

/// How to sign in, told once.
#[derive(Debug)]
pub enum Greeting {
    /// The sample class.
    Demo,
    /// The administrator that was just made, with the password.
    Administrator(String),
    /// Somebody is there already.
    Nothing,
}

/// Adds the sample class in demo mode, else one administrator when there is nobody yet who may sign in outside it. A
/// course that is new to the data folder has the people of the one before.
pub async fn people(store: &Store, section: SectionId, in_demo: bool) -> anyhow::Result<Greeting> {
    enrolments::take_over(store, section, store::now()).await?;
    if in_demo {
        demo::enrol_class(store, section).await.map_err(|fault| anyhow::anyhow!(fault.into_source()))?;
        return Ok(Greeting::Demo);
    }
    let is_of_class = |login: &String| demo::CLASS.iter().any(|account| account.login == login);
    if !users::logins(store).await?.iter().all(is_of_class) {
        return Ok(Greeting::Nothing);
    }
    let (password, at) = (password::random(), store::now());
    let user = users::ensure(store, ADMINISTRATOR, "Administrator", &password::hash(&password)?, at).await?;
    enrolments::put(store, user, section, Role::Administrator, at).await?;
    Ok(Greeting::Administrator(password))
}

impl Greeting {
    /// Says on standard output where the server is and how to sign in.
    pub fn print(&self, address: SocketAddr) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "Sandbar is at http://{address}")?;
        match self {
            Self::Demo => {
                writeln!(out, "\nSample class (demo mode, everybody knows these passwords):")?;
                for account in &demo::CLASS {
                    writeln!(
                        out,
                        "  {:<11} {:<6} {:<16} {}",
                        account.role, account.login, account.password, account.name
                    )?;
                }
            }
            Self::Administrator(password) => {
                writeln!(
                    out,
                    "\nFirst start. Sign in as `{ADMINISTRATOR}` with this password, which is not shown again:"
                )?;
                writeln!(out, "  {password}")?;
            }
            Self::Nothing => {}
        }
        out.flush()
    }
}
