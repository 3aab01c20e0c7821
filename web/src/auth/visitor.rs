//! The signed-in person as handlers receive them. A handler that takes a [`Visitor`] or [`Staff`] cannot be reached
//! by anybody else.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::Frame;
use crate::app::App;
use crate::error::Problem;
use crate::store::UserId;
use crate::store::enrolments::Role;
use crate::store::users::User;
use crate::view::layout::Page;

/// Somebody who is signed in and enrolled in the course.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub user: User,
    pub role: Role,
    pub frame: Frame,
}

impl Visitor {
    pub fn id(&self) -> UserId {
        self.user.id
    }

    pub fn page(&self, title: impl Into<String>) -> Page {
        self.frame.page(title)
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let frame = Frame::from_request_parts(parts, app).await?;
        let Some((user, role)) = frame.visitor.clone() else {
            let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
            return Err(Problem::sign_in_first(target));
        };
        let role = role.ok_or_else(|| Problem::not_enrolled(&user.name))?;
        Ok(Self { user, role, frame })
    }
}

/// A visitor who may see other people's work. To anybody else the page does not exist.
#[derive(Clone, Debug)]
pub struct Staff(pub Visitor);

impl FromRequestParts<App> for Staff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visitor = Visitor::from_request_parts(parts, app).await?;
        if visitor.role.is_staff() { Ok(Self(visitor)) } else { Err(Problem::not_found()) }
    }
}
