//! `/teach/submissions`: everything that was handed in, by lab, student and state.

use axum::extract::{Query, State};
use serde::Deserialize;

use super::Answer;
use super::scores::Scores;
use super::shown::{count, moment, points};
use crate::app::App;
use crate::auth::Staff;
use crate::store::enrolments;
use crate::store::submissions::{self, Filter, Listed, ListedSubmission};
use crate::store::users::canonical_login;
use crate::view::report::Choice;
use crate::view::submissions as view;

/// More are found by a narrower filter.
const MOST: i64 = 300;

/// Empty and unknown values leave a column free.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    lab: String,
    student: String,
    state: String,
}

/// `GET /teach/submissions?lab=delta&student=ada&state=graded`
pub async fn show(
    State(app): State<App>,
    Staff(visitor): Staff,
    Query(asked): Query<Asked>,
) -> Answer<view::Submissions> {
    let (lab, student) = (asked.lab.trim(), canonical_login(&asked.student));
    let filter = Filter {
        lab: Some(lab).filter(|lab| app.course.lab(lab).is_some()),
        student: Some(student.as_str()).filter(|login| !login.is_empty()),
        state: Listed::ALL.into_iter().find(|state| state.word() == asked.state),
    };
    let listed = submissions::listed(&app.store, app.course_id, filter, MOST).await?;
    let scores = Scores::of_class(&app).await?;
    Ok(view::Submissions {
        page: visitor.page("Submissions"),
        labs: app.course.labs.values().map(|lab| choice(&lab.slug, &lab.title, filter.lab)).collect(),
        students: students(&app, filter.student).await?,
        states: Listed::ALL.map(|state| choice(state.word(), state_text(state), filter.state.map(Listed::word))).into(),
        summary: summary(listed.len()),
        filtered: filter.lab.is_some() || filter.student.is_some() || filter.state.is_some(),
        rows: listed.iter().map(|it| row(&app, &scores, it)).collect(),
    })
}

/// The enrolled ones, and whoever is asked for.
async fn students(app: &App, asked: Option<&str>) -> Answer<Vec<Choice>> {
    let students = enrolments::students(&app.store, app.course_id).await?;
    let text = |name: &str, login: &str| format!("{name} ({login})");
    let mut choices: Vec<Choice> =
        students.iter().map(|it| choice(&it.login, &text(&it.name, &it.login), asked)).collect();
    if let Some(login) = asked.filter(|login| students.iter().all(|it| it.login != *login)) {
        choices.push(choice(login, login, asked));
    }
    Ok(choices)
}

fn choice(value: &str, text: &str, chosen: Option<&str>) -> Choice {
    Choice { value: value.to_owned(), text: text.to_owned(), chosen: chosen == Some(value) }
}

fn summary(shown: usize) -> String {
    let all = count(shown as u64, "submission");
    match i64::try_from(shown) {
        Ok(MOST) => format!("The latest {all}. Narrow the filter to see others."),
        _ => format!("{all}."),
    }
}

fn state_text(state: Listed) -> &'static str {
    match state {
        Listed::Graded => "Graded",
        Listed::Waiting => "Waiting",
        Listed::PutAside => "Put aside",
    }
}

fn row(app: &App, scores: &Scores, listed: &ListedSubmission) -> view::Row {
    let scored = scores.of(listed.id);
    let counting = scored.and_then(|scored| scores.counting(scored.user, &scored.lab));
    view::Row {
        student: listed.student.clone(),
        login: listed.login.clone(),
        lab: app.course.lab(&listed.lab).map_or_else(|| listed.lab.clone(), |lab| lab.title.clone()),
        href: format!("/teach/submissions/{}", listed.id),
        number: listed.number.to_string(),
        at: moment(listed.submitted_at),
        state: listed.state.word(),
        state_text: state_text(listed.state),
        points: scored.map(|it| format!("{} of {}", points(it.score), points(it.max_score))),
        counts: counting.is_some_and(|counting| counting.submission == listed.id),
        adjusted: scored.is_some_and(|scored| scored.adjusted),
    }
}
