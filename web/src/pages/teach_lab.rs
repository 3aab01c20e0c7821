//! `/teach/labs/{slug}`: which submission counts, and the regrades of a lab.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use serde::Deserialize;

use super::scores::policy_text;
use super::shown::{count, moment};
use super::{Answer, regrade, workbench};
use crate::app::App;
use crate::auth::Staff;
use crate::error::Problem;
use crate::store::lab_policies::{self, Counting};
use crate::store::regrades::{self, Regrade};
use crate::store::{self, audit, counting_reports};
use crate::view::report::Choice;
use crate::view::teach_lab as view;

/// `GET /teach/labs/{slug}`
pub async fn show(State(app): State<App>, Staff(visitor): Staff, Path(slug): Path<String>) -> Answer<view::TeachLab> {
    let lab = workbench::lab(&app, &slug)?;
    let policies = lab_policies::of_course(&app.store, app.course_id).await?;
    let policy = policies.get(&lab.slug).copied().unwrap_or_default();
    let graded = counting_reports::of_course(&app.store, app.course_id, None).await?;
    let graded = graded.iter().filter(|graded| graded.lab == lab.slug).count();
    let regrades = regrades::of_lab(&app.store, app.course_id, &lab.slug).await?;
    Ok(view::TeachLab {
        page: visitor.page(format!("{}, marks", lab.title)),
        title: lab.title.clone(),
        href: href(&lab.slug),
        submissions: format!("/teach/submissions?lab={}", lab.slug),
        graded: count(graded as u64, "graded submission"),
        anything: graded > 0,
        policies: [Counting::Best, Counting::Last].map(|counting| choice(counting, policy)).into(),
        regrades: regrades.iter().map(regrade_line).collect(),
    })
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Policy {
    counting: String,
}

/// `POST /teach/labs/{slug}/policy`
pub async fn set_policy(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(slug): Path<String>,
    Form(form): Form<Policy>,
) -> Answer<Redirect> {
    let lab = workbench::lab(&app, &slug)?;
    let counting = Counting::of_word(&form.counting)
        .ok_or_else(|| Problem::bad_request("Choose whether the best or the last submission counts."))?;
    let (at, place) = (store::now(), href(&lab.slug));
    lab_policies::set(&app.store, (app.course_id, &lab.slug), counting, visitor.id(), at).await?;
    audit::record(&app.store, visitor.id(), "set_policy", &place, at).await?;
    Ok(Redirect::to(&place))
}

pub fn href(slug: &str) -> String {
    format!("/teach/labs/{slug}")
}

fn choice(counting: Counting, now: Counting) -> Choice {
    Choice { value: counting.word().to_owned(), text: policy_text(counting).to_owned(), chosen: counting == now }
}

fn regrade_line(regrade: &Regrade) -> view::RegradeLine {
    let (state, state_text) = match (regrade.applied, regrade.waiting) {
        (true, _) => ("done", "Applied"),
        (false, 0) => ("new", "Not applied"),
        (false, _) => ("started", "Being graded"),
    };
    view::RegradeLine {
        href: regrade::href(regrade.id),
        number: regrade.id.to_string(),
        extent: count(regrade.all.unsigned_abs(), "submission"),
        by: regrade.by.clone(),
        at: moment(regrade.at),
        state,
        state_text,
    }
}
