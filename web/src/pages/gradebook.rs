//! `/teach/gradebook`: students against labs and quizzes, as a page and as CSV.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use sandbar_content::{Topic, TopicKind};

use super::Answer;
use super::scores::Scores;
use super::shown::{count, csv, percent, points};
use super::week::{counting_attempt, counting_points, kind_text};
use crate::app::App;
use crate::auth::Staff;
use crate::background::quizzes;
use crate::error::Fault;
use crate::quizzes::scoring;
use crate::store::quiz_attempts::{self, QuizAttempt};
use crate::store::submissions::HandedIn;
use crate::store::users::User;
use crate::store::{self, UserId, enrolments, lesson_progress, submissions};
use crate::view::gradebook::{Gradebook, GradebookColumn, GradebookRow, Mark};
use crate::view::layout::Link;

const NOTHING: &str = "–";

/// `GET /teach/gradebook`
pub async fn show(State(app): State<App>, Staff(visitor): Staff) -> Answer<Gradebook> {
    let book = Book::read(&app).await?;
    Ok(Gradebook {
        page: visitor.page("Gradebook"),
        labs: book.labs().into_iter().chain(app.course.quizzes.values().map(super::teach_quiz::link)).collect(),
        section: app.course.title.clone(),
        columns: book.graded.iter().enumerate().map(|(index, _)| book.column(index)).collect(),
        rows: book.students.iter().map(|student| book.row(student)).collect(),
        waiting: book.handed_in.iter().map(|it| usize::try_from(it.ungraded).unwrap_or_default()).sum(),
    })
}

/// `GET /teach/gradebook.csv`
pub async fn csv(State(app): State<App>, _: Staff) -> Answer<Response> {
    let book = Book::read(&app).await?;
    let mut head = vec!["login".to_owned(), "name".to_owned(), "lessons read".to_owned()];
    head.extend(book.graded.iter().map(|it| format!("{} ({} points)", it.topic.title, points(it.most))));
    head.push("total".to_owned());
    for lab in book.labs() {
        head.extend([format!("{}: late (%)", lab.text), format!("{}: hints (points)", lab.text)]);
    }
    let mut text = csv::line(&head);
    for student in &book.students {
        let row = book.row(student);
        let mut cells = vec![row.login, row.name, book.lessons_read(student.id).to_string()];
        cells.extend(row.marks.into_iter().map(|mark| if mark.text == NOTHING { String::new() } else { mark.text }));
        cells.push(row.total);
        cells.extend(book.deductions(student.id));
        text.push_str(&csv::line(&cells));
    }
    let kind = (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned());
    let file = (header::CONTENT_DISPOSITION, format!("attachment; filename=\"gradebook-{}.csv\"", app.course.slug));
    Ok(([kind, file], text).into_response())
}

/// A topic with points.
struct Graded<'a> {
    topic: &'a Topic,
    most: u32,
}

/// Everything that the gradebook is made of, read once.
struct Book<'a> {
    app: &'a App,
    students: Vec<User>,
    graded: Vec<Graded<'a>>,
    scores: Scores,
    handed_in: Vec<HandedIn>,
    attempts: Vec<QuizAttempt>,
    lessons: BTreeMap<UserId, u32>,
}

impl<'a> Book<'a> {
    async fn read(app: &'a App) -> Result<Self, Fault> {
        quizzes::close_overdue(app, store::now()).await?;
        let mut graded = Vec::new();
        for topic in &app.course.topics {
            let most = match topic.kind {
                TopicKind::Lesson => None,
                TopicKind::Lab => app.course.lab(&topic.slug).map(|lab| lab.points.hundredths()),
                TopicKind::Quiz => match app.course.quiz(&topic.slug) {
                    Some(of) => Some(scoring::max_points(app, of).await?),
                    None => None,
                },
            };
            graded.extend(most.map(|most| Graded { topic, most }));
        }
        Ok(Self {
            app,
            students: enrolments::students(&app.store, app.course_id).await?,
            graded,
            scores: Scores::of_class(app).await?,
            handed_in: submissions::handed_in(&app.store, app.course_id).await?,
            attempts: quiz_attempts::submitted(&app.store, app.course_id).await?,
            lessons: lesson_progress::finished(&app.store, app.course_id).await?,
        })
    }

    fn labs(&self) -> Vec<Link> {
        let labs = self.graded.iter().filter(|graded| graded.topic.kind == TopicKind::Lab);
        let link = |graded: &Graded<'_>| Link {
            href: super::teach_lab::href(&graded.topic.slug),
            text: graded.topic.title.clone(),
        };
        labs.map(link).collect()
    }

    fn column(&self, index: usize) -> GradebookColumn {
        let graded = &self.graded[index];
        let marks: Vec<u32> = self.students.iter().filter_map(|student| self.points(student.id, graded)).collect();
        let sum: u64 = marks.iter().map(|mark| u64::from(*mark)).sum();
        let mean = sum.checked_div(marks.len() as u64).and_then(|mean| u32::try_from(mean).ok());
        GradebookColumn {
            title: graded.topic.title.clone(),
            kind_text: kind_text(graded.topic.kind),
            points_max: points(graded.most),
            mean: mean.map_or_else(|| NOTHING.to_owned(), points),
            handed_in: format!("{} of {}", marks.len(), self.students.len()),
        }
    }

    fn row(&self, student: &User) -> GradebookRow {
        let marks = self.graded.iter().map(|graded| self.mark(student.id, graded)).collect();
        let of = |graded: &Graded<'_>| self.reached(student.id, graded).unwrap_or((0, graded.most));
        let (reached, most) =
            self.graded.iter().map(of).fold((0, 0), |(sum, whole), (points, most)| (sum + points, whole + most));
        let lessons = self.app.course.lessons.len();
        GradebookRow {
            name: student.name.clone(),
            login: student.login.clone(),
            lessons: format!("{} of {lessons}", self.lessons_read(student.id)),
            marks,
            total: points(reached),
            percent: percent(reached, most),
        }
    }

    fn lessons_read(&self, student: UserId) -> u32 {
        self.lessons.get(&student).copied().unwrap_or_default()
    }

    /// The points that count and those that could be reached, in hundredths; `None` while there is nothing graded.
    fn reached(&self, student: UserId, graded: &Graded<'_>) -> Option<(u32, u32)> {
        let slug = &graded.topic.slug;
        match graded.topic.kind {
            TopicKind::Lab => self.scores.counting(student, slug).map(|counting| (counting.score, graded.most)),
            _ => counting_points(self.app, slug, &self.attempts(student, graded.topic)),
        }
    }

    fn points(&self, student: UserId, graded: &Graded<'_>) -> Option<u32> {
        self.reached(student, graded).map(|(points, _)| points)
    }

    fn attempts(&self, student: UserId, topic: &Topic) -> Vec<QuizAttempt> {
        let own = |attempt: &&QuizAttempt| attempt.user == student && attempt.quiz == topic.slug;
        self.attempts.iter().filter(own).cloned().collect()
    }

    fn mark(&self, student: UserId, graded: &Graded<'_>) -> Mark {
        match graded.topic.kind {
            TopicKind::Lab => self.lab_mark(student, graded.topic),
            _ => self.quiz_mark(student, graded),
        }
    }

    fn lab_mark(&self, student: UserId, topic: &Topic) -> Mark {
        let handed_in = self.handed_in.iter().find(|it| it.user == student && it.lab == topic.slug);
        let counting = self.scores.counting(student, &topic.slug);
        let mut note = handed_in.map(|it| count(it.count.unsigned_abs(), "submission")).unwrap_or_default();
        if counting.is_some_and(|counting| counting.adjusted) {
            note.push_str(", adjusted");
        }
        if let Some(late) = counting.map(|counting| counting.late_percent).filter(|late| *late > 0) {
            note.push_str(&format!(", {late} % off for lateness"));
        }
        if let Some(hints) = counting.map(|counting| counting.hints).filter(|hints| *hints > 0) {
            note.push_str(&format!(", {} off for hints", points(hints)));
        }
        let waiting = handed_in.is_some_and(|it| it.ungraded > 0);
        match (counting, handed_in) {
            (Some(counting), _) => Mark {
                text: points(counting.score),
                href: format!("/teach/submissions/{}", counting.submission),
                state: if waiting { "waiting" } else { "graded" },
                note,
            },
            (None, Some(it)) => Mark {
                text: NOTHING.to_owned(),
                href: format!("/teach/submissions/{}", it.latest),
                state: if it.failed > 0 { "unavailable" } else { "waiting" },
                note,
            },
            (None, None) => Mark { text: NOTHING.to_owned(), href: String::new(), state: "none", note },
        }
    }

    /// What the counting submission of each lab lost for lateness, in percent, and for hints; empty without one.
    fn deductions(&self, student: UserId) -> Vec<String> {
        let labs = self.graded.iter().filter(|graded| graded.topic.kind == TopicKind::Lab);
        let lost = |graded: &Graded<'_>| match self.scores.counting(student, &graded.topic.slug) {
            Some(counting) => [counting.late_percent.to_string(), points(counting.hints)],
            None => [String::new(), String::new()],
        };
        labs.flat_map(lost).collect()
    }

    fn quiz_mark(&self, student: UserId, graded: &Graded<'_>) -> Mark {
        let attempts = self.attempts(student, graded.topic);
        let counting = counting_attempt(self.app, &graded.topic.slug, &attempts);
        let href = counting.map(|id| format!("/quiz/attempts/{id}")).unwrap_or_default();
        match self.points(student, graded) {
            Some(score) => {
                Mark { text: points(score), href, state: "graded", note: count(attempts.len() as u64, "attempt") }
            }
            None => Mark { text: NOTHING.to_owned(), href: String::new(), state: "none", note: String::new() },
        }
    }
}
