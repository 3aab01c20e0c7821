//! `/certification`: the topics of the exam, where the course teaches, trains and asks each, and how far the reader is.

use std::collections::BTreeMap;

use axum::extract::State;
use sandbar_content::TopicKind;
use sandbar_content::certification::CertifiedTopic;

use super::Answer;
use super::glossary::link;
use super::marked::Marked;
use super::scores::Scores;
use super::shown::{percent, points, results};
use super::week::{self, State as TopicState, Week};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::{Fault, Problem};
use crate::quizzes::{page_href, scoring};
use crate::store::quiz_attempts::{self, QuizOf};
use crate::store::submissions;
use crate::view::certification as view;
use crate::view::layout::Link;

/// Points reached and possible, in hundredths.
type Reached = (u32, u32);

/// What the reader has done, by what the map names.
struct Coverage {
    /// Slugs of lessons that were read.
    read: Vec<String>,
    /// By lab and task; what is withheld is not here.
    tasks: BTreeMap<(String, u32), Reached>,
    /// By quiz and title of the topic.
    quizzes: BTreeMap<(String, String), Reached>,
}

/// `GET /certification`
pub async fn show(State(app): State<App>, visitor: Visitor) -> Answer<view::Certification> {
    let map = app.course.certification.as_ref().ok_or_else(Problem::not_found)?;
    let coverage = coverage(&app, &visitor).await?;
    Ok(view::Certification {
        page: visitor.page(map.title.clone()),
        title: map.title.clone(),
        introduction_html: map.introduction_html.clone(),
        topics: map.topics.iter().map(|topic| shown(&app, &coverage, topic)).collect(),
    })
}

async fn coverage(app: &App, visitor: &Visitor) -> Result<Coverage, Fault> {
    let week = Week::of(app, visitor.id()).await?;
    let topics = app.course.topics.iter().zip(&week.standings);
    let read = topics
        .filter(|(topic, standing)| topic.kind == TopicKind::Lesson && standing.state == TopicState::Done)
        .map(|(topic, _)| topic.slug.clone());
    let mut coverage = Coverage { read: read.collect(), tasks: BTreeMap::new(), quizzes: BTreeMap::new() };
    let scores = Scores::of_student(app, visitor.id()).await?;
    for lab in app.course.labs.keys() {
        let Some(counting) = scores.counting(visitor.id(), lab) else { continue };
        let Some(submission) = submissions::get(&app.store, counting.submission).await? else { continue };
        let marked = Marked::for_student(app, submission).await?;
        let Some((report, mark)) = marked.report.as_ref().zip(marked.mark()) else { continue };
        for (task, score) in report.tasks.iter().zip(mark.tasks) {
            let reached = (score.hundredths(), task.max_score.hundredths());
            coverage.tasks.insert((lab.clone(), task.number), reached);
        }
    }
    for slug in app.course.quizzes.keys() {
        let of = QuizOf { user: visitor.id(), course: app.course_id, quiz: slug };
        let attempts = quiz_attempts::of_quiz(&app.store, of).await?;
        let counting = week::counting_attempt(app, slug, &attempts);
        let Some(attempt) = attempts.iter().find(|attempt| Some(attempt.id) == counting) else { continue };
        let Some((material, score)) = scoring::shown_if_ready(app, attempt).await? else { continue };
        for (title, reached, most) in results::topics(&material.quiz.quiz, &score) {
            coverage.quizzes.insert((slug.clone(), title), (reached, most));
        }
    }
    Ok(coverage)
}

fn shown(app: &App, coverage: &Coverage, topic: &CertifiedTopic) -> view::Topic {
    let lesson = |target: &String| {
        let slug = target.strip_prefix("/lessons/").and_then(|rest| rest.split('#').next()).unwrap_or_default();
        item(link(&app.course, target), coverage.read.iter().any(|read| read == slug).then_some((1, 1)), "Read")
    };
    let task = |(slug, number): &(String, u32)| {
        let lab = app.course.lab(slug);
        let title = lab.and_then(|lab| lab.tasks.iter().find(|task| task.number == *number));
        let title = title.map(|task| task.title.clone()).unwrap_or_default();
        let text = format!("{}, task {number}: {title}", lab.map_or(slug, |lab| &lab.title));
        let reached = coverage.tasks.get(&(slug.clone(), *number)).copied();
        item(Link { href: format!("/labs/{slug}#task-{number}"), text }, reached, "")
    };
    let quiz = topic.quiz.as_ref().map(|(slug, id)| {
        let quiz = app.course.quiz(slug).map(|quiz| &quiz.quiz);
        let title = quiz.and_then(|quiz| quiz.topics.iter().find(|topic| topic.id == *id));
        let title = title.map(|topic| topic.title.clone()).unwrap_or_default();
        let items = quiz.map_or(0, |quiz| quiz.questions.iter().filter(|question| question.topic == *id).count());
        let reached = coverage.quizzes.get(&(slug.clone(), title.clone())).copied();
        item(Link { href: page_href(app, slug), text: format!("{title}: {items} questions in the bank") }, reached, "")
    });
    let items: Vec<view::Item> =
        topic.lessons.iter().map(lesson).chain(topic.tasks.iter().map(task)).chain(quiz).collect();
    let done = items.iter().filter(|item| item.done).count();
    let part = |number: usize| u32::try_from(number).unwrap_or_default();
    view::Topic {
        id: topic.id.clone(),
        title: topic.title.clone(),
        html: topic.html.clone(),
        percent: percent(part(done), part(items.len())),
        extent: format!("{done} of {} done", items.len()),
        items,
    }
}

/// `word` is what stands for having it whole; points do where there is none.
fn item(link: Link, reached: Option<Reached>, word: &'static str) -> view::Item {
    let done = reached.is_some_and(|(reached, most)| reached == most);
    let standing = match reached {
        None => "Open".to_owned(),
        Some(_) if !word.is_empty() => word.to_owned(),
        Some((reached, most)) => format!("{} of {} points", points(reached), points(most)),
    };
    view::Item { link, done, standing }
}
