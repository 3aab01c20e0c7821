//! `/progress`: points, what is missing, and where the feedback is.

use axum::extract::State;
use sandbar_content::{Topic, TopicKind};
use sandbar_grader::{Points, TaskReport};

use super::Answer;
use super::lesson_parts::Parts;
use super::marked::Marked;
use super::rules::counting_text;
use super::scores::Scores;
use super::shown::{count, moment, percent, points, results};
use super::week::{self, Standing, State as TopicState, Week, counting_attempt};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Fault;
use crate::quizzes::scoring;
use crate::store::lab_attempts::LabOf;
use crate::store::quiz_attempts::{self, QuizOf};
use crate::store::submissions;
use crate::view::layout::Link;
use crate::view::progress::{Missing, Progress, ProgressLesson, ProgressPart};

/// `GET /progress`
pub async fn show(State(app): State<App>, visitor: Visitor) -> Answer<Progress> {
    let week = Week::of(&app, visitor.id()).await?;
    let (score, most) = week::total(&week);
    let pairs: Vec<(&Topic, &Standing)> = app.course.topics.iter().zip(&week.standings).collect();
    let lessons: Vec<ProgressLesson> = pairs
        .iter()
        .filter(|(topic, _)| topic.kind == TopicKind::Lesson)
        .map(|(topic, it)| lesson(&app, topic, it))
        .collect();
    let mut parts = Vec::new();
    for (topic, standing) in pairs {
        match topic.kind {
            TopicKind::Lesson => {}
            TopicKind::Lab => parts.push(lab(&app, &visitor, topic, standing).await?),
            TopicKind::Quiz => parts.push(quiz(&app, &visitor, topic, standing).await?),
        }
    }
    Ok(Progress {
        page: visitor.page("Your progress"),
        points: points(score),
        points_max: points(most),
        percent: percent(score, most),
        lessons_read: lessons.iter().filter(|lesson| lesson.read).count(),
        lessons,
        parts,
    })
}

fn lesson(app: &App, topic: &Topic, standing: &Standing) -> ProgressLesson {
    let href = week::href(app, topic);
    let detail = standing.parts.as_ref().map(Parts::sentence).unwrap_or_default();
    ProgressLesson { title: topic.title.clone(), href, read: standing.state == TopicState::Done, detail }
}

async fn lab(app: &App, visitor: &Visitor, topic: &Topic, standing: &Standing) -> Result<ProgressPart, Fault> {
    let mut part = part(app, topic, standing.points.unwrap_or((0, standing.most)));
    part.due = standing.due.map(moment);
    let of = LabOf { user: visitor.id(), course: app.course_id, lab: &topic.slug };
    let all = submissions::of_lab(&app.store, of).await?;
    let scores = Scores::of_student(app, visitor.id()).await?;
    let counting = scores.counting(visitor.id(), &topic.slug).map(|scored| scored.submission);
    let Some(counting) = all.iter().find(|submission| Some(submission.id) == counting) else {
        part.standing = match all.is_empty() {
            true => "Nothing handed in yet.".to_owned(),
            false => "Being graded.".to_owned(),
        };
        return Ok(part);
    };
    let which = scores.policy(&topic.slug).word();
    let (number, all) = (counting.number, all.len());
    part.standing = match standing.withheld {
        true => format!("Public points of submission {number} of {all}. {}", counting_text(scores.policy(&topic.slug))),
        false => format!("Submission {number} of {all} counts: it is your {which}."),
    };
    let href = format!("/labs/{}/submissions/{}", topic.slug, counting.id);
    part.report = Some(Link { href, text: "Report".to_owned() });
    let marked = Marked::for_student(app, counting.clone()).await?;
    if let Some((report, mark)) = marked.report.as_ref().zip(marked.mark()) {
        let tasks = report.tasks.iter().zip(mark.tasks).filter(|(task, score)| *score < task.max_score);
        part.missing = tasks.map(|(task, score)| missing_task(task, score)).collect();
    }
    Ok(part)
}

fn missing_task(task: &TaskReport, score: Points) -> Missing {
    let lost = task.max_score.hundredths() - score.hundredths();
    Missing { text: format!("Task {}: {}", task.number, task.title), points: lost_points(lost) }
}

async fn quiz(app: &App, visitor: &Visitor, topic: &Topic, standing: &Standing) -> Result<ProgressPart, Fault> {
    let Some(course_quiz) = app.course.quiz(&topic.slug) else { return Ok(part(app, topic, (0, 0))) };
    let quiz = &course_quiz.quiz;
    let mut part = part(app, topic, standing.points.unwrap_or((0, standing.most)));
    let of = QuizOf { user: visitor.id(), course: app.course_id, quiz: &topic.slug };
    let attempts = quiz_attempts::of_quiz(&app.store, of).await?;
    let counting = counting_attempt(app, &topic.slug, &attempts);
    let Some(attempt) = attempts.iter().find(|attempt| Some(attempt.id) == counting) else {
        part.standing = match attempts.is_empty() {
            true => "Not taken yet.".to_owned(),
            false => count(attempts.len() as u64, "attempt"),
        };
        return Ok(part);
    };
    part.standing = results::standing(quiz.keep, true).to_owned();
    part.report = Some(Link { href: super::quiz::href(attempt), text: "Result".to_owned() });
    let Some((material, score)) = scoring::shown_if_ready(app, attempt).await? else { return Ok(part) };
    part.missing = results::topics(&material.quiz.quiz, &score)
        .into_iter()
        .filter(|(_, reached, most)| reached < most)
        .map(|(text, reached, most)| Missing { text, points: lost_points(most - reached) })
        .collect();
    Ok(part)
}

fn lost_points(lost: u32) -> String {
    if lost == 100 { "1 point".to_owned() } else { format!("{} points", points(lost)) }
}

fn part(app: &App, topic: &Topic, (score, most): (u32, u32)) -> ProgressPart {
    ProgressPart {
        title: topic.title.clone(),
        href: week::href(app, topic),
        kind_text: week::kind_text(topic.kind),
        points: points(score),
        points_max: points(most),
        percent: percent(score, most),
        due: topic.due.map(moment),
        standing: String::new(),
        missing: Vec::new(),
        report: None,
    }
}
