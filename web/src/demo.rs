//! The sample class of `--demo`: accounts whose passwords everybody knows. Outside demo mode nobody is let in by them.

use crate::auth::password;
use crate::error::Fault;
use crate::store::enrolments::Role;
use crate::store::{self, SectionId, Store, enrolments, users};

pub struct Account {
    pub login: &'static str,
    pub name: &'static str,
    pub password: &'static str,
    pub role: Role,
}

pub const CLASS: [Account; 4] = [
    Account { login: "ines", name: "Ines Moreau", password: "instructor-demo", role: Role::Instructor },
    Account { login: "ada", name: "Ada Okafor", password: "student-demo-1", role: Role::Student },
    Account { login: "bela", name: "Béla Novák", password: "student-demo-2", role: Role::Student },
    Account { login: "chen", name: "Chen Wei", password: "student-demo-3", role: Role::Student },
];

/// Whether somebody signs in with a password that everybody knows. Outside demo mode nobody may: the data folder of a
/// demonstration may be served in earnest later.
pub fn is_known_to_all(login: &str, password: &str) -> bool {
    let login = users::canonical_login(login);
    CLASS.iter().any(|account| account.login == login && account.password == password)
}

/// Adds the class to the section; who is there already stays as they are.
pub async fn enrol_class(store: &Store, section: SectionId) -> Result<(), Fault> {
    let at = store::now();
    for account in &CLASS {
        if users::exists(store, account.login).await? {
            continue;
        }
        let hash = password::hash(account.password).map_err(Fault::new)?;
        let user = users::ensure(store, account.login, account.name, &hash, at).await?;
        enrolments::put(store, user, section, account.role, at).await?;
    }
    Ok(())
}
