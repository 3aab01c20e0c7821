//! `/labs/{slug}/releases/{id}`: a lab's texts and checks as they were in a release.

use axum::extract::{Path, State};
use sandbar_content::lab::LabTask;
use sandbar_content::{Course, Lab};
use sandbar_grader::report::Visibility;

use super::Answer;
use crate::app::App;
use crate::auth::Visitor;
use crate::error::{Fault, Problem};
use crate::store::{ReleaseId, releases};
use crate::view::layout::Link;
use crate::view::release as view;

/// `GET /labs/{slug}/releases/{id}`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path((slug, id)): Path<(String, String)>,
) -> Answer<view::Release> {
    let id = ReleaseId::from(id.as_str());
    if !releases::is_known(&app.store, &id, app.course_id).await? {
        return Err(Problem::not_found());
    }
    let course = app.releases.course(&id).await.map_err(Fault::new)?;
    let lab = course.lab(&slug).ok_or_else(Problem::not_found)?;
    let now = app.course.lab(&slug).map(|lab| Link { href: format!("/labs/{slug}"), text: lab.title.clone() });
    Ok(view::Release {
        page: visitor.page(format!("{}, release {id}", lab.title)),
        title: lab.title.clone(),
        is_served: id == app.release,
        id: id.to_string(),
        now,
        summary: lab.summary.clone(),
        introduction_html: lab.introduction_html.clone(),
        promises_html: lab.promises.clone(),
        tasks: lab.tasks.iter().map(|task| shown_task(lab, task)).collect(),
    })
}

fn shown_task(lab: &Lab, task: &LabTask) -> view::Task {
    let checks = lab.definition.rubric.tasks.iter().filter(|other| other.number == task.number);
    let public = checks.flat_map(|task| &task.checks).filter(|check| check.visibility == Visibility::Public);
    view::Task {
        number: task.number,
        title: task.title.clone(),
        points: task.points.to_string(),
        text_html: task.html.clone(),
        checks: public.map(|check| (check.claim.clone(), check.points.to_string())).collect(),
    }
}

/// Where the lab can be read as it was in the release, when that is not the served one.
pub async fn earlier(app: &App, slug: &str, release: &str) -> Answer<Option<Link>> {
    if release == app.release.as_str() {
        return Ok(None);
    }
    let id = ReleaseId::from(release);
    let has_lab = |course: &Course| course.lab(slug).is_some();
    let readable = releases::is_known(&app.store, &id, app.course_id).await?
        && app.releases.course(&id).await.is_ok_and(|course| has_lab(&course));
    let link = || Link { href: href(slug, &id), text: "Read the lab as it was".to_owned() };
    Ok(readable.then(link))
}

pub fn href(slug: &str, id: &ReleaseId) -> String {
    format!("/labs/{slug}/releases/{id}")
}
