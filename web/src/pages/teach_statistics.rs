//! `/teach/quizzes/{slug}/statistics`: how hard each item is, what it tells apart, what is chosen, how long it takes.

use axum::extract::{Path, Query, State};
use sandbar_content::CourseQuiz;
use sandbar_content::markdown::inline_to_html;
use sandbar_quizzes::statistics::{Coefficient, Flag, ItemStatistics, OptionChoice, Statistics, Times};
use serde::Deserialize;

use super::shown::count;
use super::shown::questions::topic_title;
use super::{Answer, teach_quiz};
use crate::app::App;
use crate::auth::Staff;
use crate::quizzes::statistics::{self, Of};
use crate::view::teach_quiz as view;

const UNKNOWN: &str = "–";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Which {
    /// `all`, or else the first of each student.
    attempts: String,
}

/// `GET /teach/quizzes/{slug}/statistics`
pub async fn show(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path(slug): Path<String>,
    Query(which): Query<Which>,
) -> Answer<view::TeachStatistics> {
    teach_quiz::find(&app, &slug)?;
    let quiz = app.quizzes.served(&app, &slug).await?;
    let of = if which.attempts == "all" { Of::All } else { Of::First };
    let (found, unreadable) = statistics::of(&app, &quiz, of).await?;
    Ok(view::TeachStatistics {
        page: visitor.page(format!("{}, statistics", quiz.title)),
        quiz: teach_quiz::link(&quiz),
        href: format!("{}/statistics", teach_quiz::href(&slug)),
        all: of == Of::All,
        attempts: found.attempts,
        left_out: left_out(unreadable),
        mean: found.mean_share.map_or_else(|| UNKNOWN.to_owned(), |share| format!("{:.0} %", share * 100.0)),
        reliability: reliability(&found),
        flagged: found.items.iter().filter(|item| !item.flags.is_empty()).count(),
        items: found.items.iter().map(|found| item(&quiz, found)).collect(),
    })
}

/// About attempts whose release is lost; nothing when there are none.
fn left_out(attempts: usize) -> String {
    match attempts {
        0 => String::new(),
        some => format!(" {} not looked at, as their release is lost.", count(some as u64, "attempt")),
    }
}

fn reliability(found: &Statistics) -> String {
    let Some(reliability) = found.reliability else { return UNKNOWN.to_owned() };
    let name = match reliability.coefficient {
        Coefficient::Kr20 => "KR-20",
        Coefficient::CronbachAlpha => "Cronbach’s alpha",
    };
    format!("{:.2} ({name})", reliability.value)
}

fn item(quiz: &CourseQuiz, found: &ItemStatistics) -> view::Item {
    view::Item {
        question: teach_quiz::question_link(&quiz.slug, &found.question),
        topic: topic_title(&quiz.quiz, &found.topic),
        asked: found.asked,
        answered: found.answered,
        difficulty: format!("{:.2}", found.difficulty),
        discrimination: found.discrimination.map_or_else(|| UNKNOWN.to_owned(), |value| format!("{value:.2}")),
        time: found.times.as_ref().map_or_else(|| UNKNOWN.to_owned(), time),
        flags: found.flags.iter().map(|flag| sentence(flag, &found.options)).collect(),
        options: found.options.iter().map(|option| line(option, &found.flags)).collect(),
    }
}

/// `41 s`, `2 min 5 s`
fn time(times: &Times) -> String {
    let seconds = times.median_ms / 1_000;
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}

fn sentence(flag: &Flag, options: &[OptionChoice]) -> String {
    let name = |index: &usize| options.get(*index).map(|option| option.text.replace('`', "")).unwrap_or_default();
    match flag {
        Flag::LowDiscrimination => "It does not tell strong attempts from weak ones.".to_owned(),
        Flag::UnusedDistractor(index) => format!("Nobody chose “{}”.", name(index)),
        Flag::StrongDistractor(index) => {
            format!("Those who chose “{}” did better elsewhere than those who were right.", name(index))
        }
    }
}

fn line(option: &OptionChoice, flags: &[Flag]) -> view::OptionLine {
    let is_about = |flag: &Flag| match flag {
        Flag::UnusedDistractor(index) | Flag::StrongDistractor(index) => *index == option.option,
        Flag::LowDiscrimination => false,
    };
    view::OptionLine {
        text_html: inline_to_html(&option.text),
        correct: option.correct,
        chosen: format!("{} ({:.0} %)", option.chosen, option.share * 100.0),
        rest: option.mean_rest.map_or_else(|| UNKNOWN.to_owned(), |rest| format!("{:.0} %", rest * 100.0)),
        flagged: flags.iter().any(is_about),
    }
}
