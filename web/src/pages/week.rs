//! The week as one person sees it: the topics in order with what they reached in each. Overview, lesson rail, progress.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sandbar_content::{Topic, TopicKind};
use sandbar_quizzes::{Keep, Points, draw};

use super::lesson_parts::Parts;
use super::lesson_place;
use super::scores::{Scored, Scores};
use super::shown::{moment, percent, points};
use crate::app::App;
use crate::error::Fault;
use crate::quizzes::{page_href, scoring};
use crate::store::quiz_attempts::{self, QuizAttempt, QuizOf};
use crate::store::{QuizAttemptId, UserId, documents, lab_attempts::LabOf, lesson_parts, lesson_progress};
use crate::view;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    New,
    Started,
    Done,
}

/// How far a person is in a topic.
#[derive(Clone, Debug)]
pub struct Standing {
    pub state: State,
    /// Points reached and possible in hundredths; `None` for lessons, and while nothing was graded.
    pub points: Option<(u32, u32)>,
    /// The points that can be reached in it, in hundredths; 0 for lessons.
    pub most: u32,
    /// Whether these are the points of public checks only.
    pub withheld: bool,
    /// By the rules of the lab, or the course's own.
    pub due: Option<Timestamp>,
    pub touched_at: Option<Timestamp>,
    /// Of a lesson.
    pub parts: Option<Parts>,
    /// Where the reader of a lesson was, `#snippet-2`; `None` at its top.
    pub place: Option<String>,
}

/// The standings in the order of the course's topics.
pub struct Week {
    pub standings: Vec<Standing>,
}

const NEW: Standing = Standing {
    state: State::New,
    points: None,
    most: 0,
    withheld: false,
    due: None,
    touched_at: None,
    parts: None,
    place: None,
};

impl Week {
    pub async fn of(app: &App, user: UserId) -> Result<Self, Fault> {
        let lessons = lesson_progress::of_user(&app.store, user, app.course_id).await?;
        let lessons: BTreeMap<&str, &lesson_progress::Progress> =
            lessons.iter().map(|progress| (progress.lesson.as_str(), progress)).collect();
        let done = lesson_parts::of_user(&app.store, user, app.course_id).await?;
        let scores = Scores::of_student(app, user).await?;
        let mut standings = Vec::new();
        for topic in &app.course.topics {
            let standing = match topic.kind {
                TopicKind::Lesson => {
                    let progress = lessons.get(topic.slug.as_str());
                    let opened = progress.map_or(NEW, |progress| of_lesson(progress));
                    let lesson = app.course.lesson(&topic.slug);
                    let place = lesson.zip(progress).and_then(|(lesson, it)| lesson_place::link(lesson, &it.place));
                    let parts = lesson.map(|lesson| Parts::of(lesson, done.get(&topic.slug)));
                    Standing { parts, place: place.map(|link| link.href), ..opened }
                }
                TopicKind::Lab => {
                    let counting = scores.counting(user, &topic.slug);
                    of_lab(app, user, &topic.slug, counting).await?
                }
                TopicKind::Quiz => of_quiz(app, user, &topic.slug).await?,
            };
            let due = match topic.kind {
                TopicKind::Lab => scores.rules.due(&topic.slug, user),
                _ => topic.due,
            };
            standings.push(Standing { due, ..standing });
        }
        Ok(Self { standings })
    }

    /// The topics as pages list them; `current` is the slug of the one that is shown.
    pub fn topics(&self, app: &App, current: Option<(TopicKind, &str)>) -> Vec<view::overview::Topic> {
        let numbered = app.course.topics.iter().zip(&self.standings).enumerate();
        let shown = numbered.map(|(index, (topic, standing))| {
            let current = current == Some((topic.kind, topic.slug.as_str()));
            shown_topic(app, index + 1, topic, standing, current)
        });
        shown.collect()
    }

    pub fn done(&self) -> usize {
        self.standings.iter().filter(|standing| standing.state == State::Done).count()
    }

    /// The unfinished topic that was touched last, else the first unfinished one; with whether it was touched.
    pub fn resume(&self) -> Option<(usize, bool)> {
        let open = self.standings.iter().enumerate().filter(|(_, standing)| standing.state != State::Done);
        let touched = open.clone().filter(|(_, standing)| standing.touched_at.is_some());
        match touched.max_by_key(|(_, standing)| standing.touched_at) {
            Some((index, _)) => Some((index, true)),
            None => open.map(|(index, _)| (index, false)).next(),
        }
    }
}

fn of_lesson(progress: &lesson_progress::Progress) -> Standing {
    let state = if progress.done_at.is_some() { State::Done } else { State::Started };
    Standing { state, touched_at: Some(progress.seen_at), ..NEW }
}

async fn of_lab(app: &App, user: UserId, slug: &str, counting: Option<&Scored>) -> Result<Standing, Fault> {
    let of = LabOf { user, course: app.course_id, lab: slug };
    let documents = documents::all(&app.store, of).await?;
    let touched_at = documents.iter().map(|document| document.updated_at).max();
    let state = match counting {
        Some(it) if it.score == it.max_score => State::Done,
        _ if touched_at.is_some() => State::Started,
        _ => State::New,
    };
    let points = counting.map(|it| (it.score, it.max_score));
    let most = app.course.lab(slug).map_or(0, |lab| lab.points.hundredths());
    Ok(Standing { state, points, most, withheld: counting.is_some_and(|it| it.withheld), touched_at, ..NEW })
}

async fn of_quiz(app: &App, user: UserId, slug: &str) -> Result<Standing, Fault> {
    let attempts = quiz_attempts::of_quiz(&app.store, QuizOf { user, course: app.course_id, quiz: slug }).await?;
    let touched_at = attempts.last().map(|attempt| attempt.started_at);
    let points = counting_points(app, slug, &attempts);
    let state = match (points, touched_at) {
        (Some(_), _) => State::Done,
        (None, Some(_)) => State::Started,
        (None, None) => State::New,
    };
    let most = match app.course.quiz(slug) {
        Some(of) => scoring::max_points(app, of).await?,
        None => 0,
    };
    Ok(Standing { state, points, most, touched_at, ..NEW })
}

/// The points that count of a person's attempts, by the quiz's own rule.
pub fn counting_points(app: &App, slug: &str, attempts: &[QuizAttempt]) -> Option<(u32, u32)> {
    let quiz = &app.course.quiz(slug)?.quiz;
    let results: Vec<_> = attempts.iter().filter_map(|attempt| attempt.score).collect();
    let scores: Vec<Points> = results.iter().map(|result| Points(result.score)).collect();
    let most = results.iter().map(|result| result.max_score).max()?;
    quiz.keep.of(&scores).map(|points| (points.0, most))
}

/// The attempt whose points count, where it is a single one.
pub fn counting_attempt(app: &App, slug: &str, attempts: &[QuizAttempt]) -> Option<QuizAttemptId> {
    let mut scored = attempts.iter().filter_map(|attempt| Some((attempt.id, attempt.score?.score)));
    match app.course.quiz(slug)?.quiz.keep {
        Keep::Best => scored.max_by_key(|(_, score)| *score).map(|(id, _)| id),
        Keep::Last => scored.next_back().map(|(id, _)| id),
        Keep::Mean => None,
    }
}

/// Points reached and possible over everything that is graded, in hundredths.
pub fn total(week: &Week) -> (u32, u32) {
    let pairs = week.standings.iter().map(|standing| standing.points.unwrap_or((0, standing.most)));
    pairs.fold((0, 0), |(score, most), (part, whole)| (score + part, most + whole))
}

/// Where the topic is, at the place where the reader stopped; where none is known, behind what was done last.
pub fn resume_href(app: &App, topic: &Topic, standing: &Standing) -> String {
    let place = standing.place.clone().or_else(|| standing.parts.as_ref().and_then(Parts::anchor));
    format!("{}{}", href(app, topic), place.unwrap_or_default())
}

/// Where the topic is.
pub fn href(app: &App, topic: &Topic) -> String {
    let slug = &topic.slug;
    match topic.kind {
        TopicKind::Lesson => format!("/lessons/{slug}"),
        TopicKind::Lab => format!("/labs/{slug}"),
        TopicKind::Quiz => page_href(app, slug),
    }
}

pub fn kind_text(kind: TopicKind) -> &'static str {
    match kind {
        TopicKind::Lesson => "Lesson",
        TopicKind::Lab => "Lab",
        TopicKind::Quiz => "Quiz",
    }
}

fn shown_topic(app: &App, number: usize, topic: &Topic, standing: &Standing, current: bool) -> view::overview::Topic {
    let (summary, extent) = describe(app, topic);
    let unit = if standing.withheld { "public points" } else { "points" };
    let reached = standing.points.map(|(score, most)| format!("{} of {} {unit}", points(score), points(most)));
    let (state, state_text, empty) = match standing.state {
        State::New => ("new", "Not started", 0),
        State::Started => ("started", "Started", 0),
        State::Done if topic.kind == TopicKind::Lesson => ("done", "Read", 100),
        State::Done => ("done", "Done", 100),
    };
    view::overview::Topic {
        number,
        kind: topic.kind.name(),
        kind_text: kind_text(topic.kind),
        title: topic.title.clone(),
        summary,
        href: href(app, topic),
        extent,
        state,
        state_text: reached.unwrap_or_else(|| state_text.to_owned()),
        detail: standing.parts.as_ref().map(Parts::sentence).unwrap_or_default(),
        percent: standing.points.map_or(empty, |(score, most)| percent(score, most)),
        due: standing.due.map(moment),
        current,
    }
}

/// The topic's summary and its size: minutes, points or questions.
fn describe(app: &App, topic: &Topic) -> (String, String) {
    let minutes = format!("{} min", topic.minutes);
    let described = match topic.kind {
        TopicKind::Lesson => app.course.lesson(&topic.slug).map(|lesson| (lesson.summary.clone(), minutes.clone())),
        TopicKind::Lab => {
            app.course.lab(&topic.slug).map(|lab| (lab.summary.clone(), format!("{minutes}, {} points", lab.points)))
        }
        TopicKind::Quiz => app.course.quiz(&topic.slug).map(|quiz| {
            let questions = draw(&quiz.quiz, 0).len();
            (quiz.quiz.summary.clone().unwrap_or_default(), format!("{questions} questions, {minutes}"))
        }),
    };
    described.unwrap_or((String::new(), minutes))
}
