//! `/`: the week at a glance.

use axum::extract::State;

use super::Answer;
use super::shown::{percent, points};
use super::week::{self, Week};
use crate::app::App;
use crate::auth::Visitor;
use crate::view::overview::{Overview, Resume};

/// `GET /`
pub async fn show(State(app): State<App>, visitor: Visitor) -> Answer<Overview> {
    let week = Week::of(&app, visitor.id()).await?;
    let (score, most) = week::total(&week);
    Ok(Overview {
        page: visitor.page("This week"),
        title: app.course.title.clone(),
        summary: app.course.summary.clone(),
        resume: week.resume().and_then(|(index, touched)| resume(&app, &week, index, touched)),
        topics: week.topics(&app, None),
        points: points(score),
        points_max: points(most),
        points_percent: percent(score, most),
        topics_done: week.done(),
        has_glossary: !app.course.glossary.is_empty(),
        certification: app.course.certification.as_ref().map(|map| map.title.clone()),
    })
}

fn resume(app: &App, week: &Week, index: usize, touched: bool) -> Option<Resume> {
    let (topic, standing) = (app.course.topics.get(index)?, week.standings.get(index)?);
    Some(Resume {
        href: week::resume_href(app, topic, standing),
        title: topic.title.clone(),
        kind_text: week::kind_text(topic.kind),
        reason: if touched { "Where you stopped".to_owned() } else { format!("Next {}", topic.kind.name()) },
    })
}
