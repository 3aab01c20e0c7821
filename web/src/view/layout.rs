//! What the frame around every page needs.

use super::preview::Panel;

/// The frame: head, header, navigation.
#[derive(Debug)]
pub struct Page {
    /// Without the product's name; the template adds it.
    pub title: String,
    pub course_title: String,
    pub csrf: String,
    pub nonce: String,
    /// `light`, `dark` or `system`, from the cookie `theme`.
    pub theme: &'static str,
    /// Path of this request, `/lessons/time-travel`.
    pub path: String,
    /// `None` only on sign-in and on error pages without a session.
    pub user: Option<PageUser>,
    /// Whether this is the sample class.
    pub demo: bool,
    /// While the course is watched.
    pub preview: Option<Panel>,
}

#[derive(Debug)]
pub struct PageUser {
    pub name: String,
    pub initials: String,
    /// `Student`, `Assistant`, `Instructor` or `Administrator`.
    pub role: &'static str,
    /// May see the pages under `/teach`.
    pub staff: bool,
}

/// A time for people and for machines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// RFC 3339.
    pub iso: String,
    /// With the zone where the date matters: `Sun 29 Nov, 23:59 UTC`.
    pub text: String,
}

impl Moment {
    /// A firing of a schedule in its own zone: `Sat 28 Nov 2026, 06:00 CET`. A script adds the reader's own zone.
    pub fn firing(at: &jiff::ZonedDateTime) -> Self {
        let iso = at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        Self { iso, text: at.strftime("%a %-d %b %Y, %H:%M %Z").to_string() }
    }
}

#[derive(Debug)]
pub struct Link {
    pub href: String,
    pub text: String,
}
