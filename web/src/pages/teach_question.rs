//! `/teach/quizzes/{slug}/questions/{id}`: voiding a question or accepting another answer; first as a list of whose
//! points would change, then on the record. Taking it back goes the same way.

use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::CourseQuiz;
use sandbar_content::markdown::{inline_to_html, to_html};
use sandbar_quizzes::amend::{AttemptChange, GradeChange};
use sandbar_quizzes::attempt::sample;
use sandbar_quizzes::{Amendment, Answer as Given, DrawnBody, DrawnQuestion, Pick, Points, Question, Voided};

use super::shown::questions::{material, output, output_name, topic_title};
use super::shown::{count, points};
use super::{Answer, teach_quiz};
use crate::app::App;
use crate::auth::{Staff, Visitor};
use crate::error::Problem;
use crate::quizzes::amending::{self, Refused, Rehearsal, Wish};
use crate::store::{self, QuizAmendmentId, audit, quiz_amendments};
use crate::view::checks::TextField;
use crate::view::teach_quiz as view;

const MOST_REASON_CHARS: usize = 1_000;
/// The field of what was told by the rehearsal.
const LEFT_OUT: &str = "left_out";

type Fields = Form<Vec<(String, String)>>;

/// The question with the quiz, as one attempt shows it.
struct Shown {
    quiz: std::sync::Arc<CourseQuiz>,
    question: Question,
    drawn: DrawnQuestion,
}

async fn find(app: &App, slug: &str, id: &str) -> Answer<Shown> {
    teach_quiz::find(app, slug)?;
    let quiz = app.quizzes.served(app, slug).await?;
    if let Some(question) = question_of(&quiz, id) {
        let drawn = sample(&quiz.quiz, &question, 0);
        return Ok(Shown { quiz, question, drawn });
    }
    // Not asked any more: as the newest release that had it.
    let asked = amending::asked_before(app, slug, id).await?;
    match asked.and_then(|asked| Some((question_of(&asked, id)?, asked))) {
        Some((question, asked)) => {
            let drawn = sample(&asked.quiz, &question, 0);
            Ok(Shown { quiz, question, drawn })
        }
        None => Err(Problem::unknown("question", id, []).link(teach_quiz::href(slug), "All questions of the quiz")),
    }
}

fn question_of(quiz: &CourseQuiz, id: &str) -> Option<Question> {
    quiz.quiz.questions.iter().find(|question| question.id == id).cloned()
}

/// What was sent, or what the form begins with.
struct Sent {
    action: String,
    options: Vec<String>,
    answer: String,
    reason: String,
    /// How many attempts the rehearsal told of that cannot be scored again.
    left_out: usize,
}

impl Sent {
    fn of(fields: &[(String, String)]) -> Self {
        let all = |name: &str| -> Vec<String> {
            fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.clone()).collect()
        };
        let one = |name: &str| all(name).into_iter().next().unwrap_or_default();
        Self {
            action: one("action"),
            options: all("option"),
            answer: one("answer").replace("\r\n", "\n"),
            reason: one("reason").trim().chars().take(MOST_REASON_CHARS).collect(),
            left_out: one(LEFT_OUT).parse().unwrap_or_default(),
        }
    }

    fn wish(&self, shown: &Shown) -> Result<Wish, String> {
        let question = shown.question.id.clone();
        let amendment = match self.action.as_str() {
            "void_all" => Amendment::Void { question, gives: Voided::AllPoints },
            "void_nothing" => Amendment::Void { question, gives: Voided::Nothing },
            "accept" => Amendment::Accept { question, answer: self.given(&shown.drawn.body) },
            _ => return Err("Choose what is done with the question.".to_owned()),
        };
        Ok(Wish::Amend(amendment))
    }

    /// The answer to accept, in the terms of the question.
    fn given(&self, body: &DrawnBody) -> Given {
        let lines = || self.answer.lines().map(str::trim).filter(|line| !line.is_empty());
        let pick = |text: &str| Pick::Text(text.to_owned());
        match body.asked() {
            DrawnBody::Choice { .. } => Given::Choice(self.options.iter().map(|text| pick(text)).collect()),
            DrawnBody::Predict { options, .. } if !options.is_empty() => {
                Given::Choice(self.options.iter().map(|text| pick(text)).collect())
            }
            DrawnBody::Ordering { .. } => Given::Order(lines().map(pick).collect()),
            DrawnBody::Matching { .. } => {
                Given::Matches(lines().map(|line| (line != "-").then(|| pick(line))).collect())
            }
            _ => Given::Text(self.answer.trim().to_owned()),
        }
    }

    /// As the fields of a form that only waits to be sent again.
    fn fields(&self) -> Vec<(String, String)> {
        let fields = [("action", &self.action), ("answer", &self.answer), ("reason", &self.reason)];
        let options = self.options.iter().map(|option| ("option", option));
        fields.into_iter().chain(options).map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
}

/// `GET /teach/quizzes/{slug}/questions/{id}`
pub async fn show(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path((slug, id)): Path<(String, String)>,
) -> Answer<view::TeachQuestion> {
    let shown = find(&app, &slug, &id).await?;
    let sent = Sent { action: "void_all".to_owned(), ..Sent::of(&[]) };
    Ok(page(&visitor, &shown, &sent, None))
}

fn page(visitor: &Visitor, shown: &Shown, sent: &Sent, refused: Option<String>) -> view::TeachQuestion {
    let Shown { quiz, question, drawn } = shown;
    let no_reason = (refused.is_some() && sent.reason.is_empty()).then(|| "Say why, for the record.".to_owned());
    view::TeachQuestion {
        page: visitor.page(format!("{}, {}", question.id, quiz.title)),
        quiz: teach_quiz::link(quiz),
        href: teach_quiz::question_link(&quiz.slug, &question.id).href,
        id: question.id.clone(),
        meta: vec![
            topic_title(&quiz.quiz, &question.topic),
            question.kind.name().word().replace('_', " "),
            match question.points.0 {
                100 => "1 point".to_owned(),
                hundredths => format!("{} points", points(hundredths)),
            },
        ],
        prompt_html: to_html(&drawn.prompt),
        material: material(&drawn.body),
        options: options(&drawn.body, &sent.options),
        hint: hint(&drawn.body),
        has_numbers: !question.numbers.is_empty(),
        action: sent.action.clone(),
        answer: sent.answer.clone(),
        reason: TextField { text: sent.reason.clone(), error: no_reason },
        refused,
    }
}

fn options(body: &DrawnBody, chosen: &[String]) -> Vec<view::AmendOption> {
    let outputs = match body.asked() {
        DrawnBody::Choice { .. } => &[][..],
        DrawnBody::Predict { options, .. } => options.as_slice(),
        _ => return Vec::new(),
    };
    let option = |(place, value): (usize, String)| view::AmendOption {
        text_html: if outputs.is_empty() { inline_to_html(&value) } else { output_name(place) },
        output: outputs.get(place).map(output),
        chosen: chosen.contains(&value),
        value,
    };
    body.elements().into_iter().enumerate().map(option).collect()
}

fn hint(body: &DrawnBody) -> &'static str {
    match body.asked() {
        DrawnBody::Ordering { .. } => "Every item on a line of its own, in the order to accept.",
        DrawnBody::Matching { .. } => {
            "For each left side, in the order that is shown, the right side to accept on a line of its own; - for none."
        }
        DrawnBody::FixSql { .. } => "The statement to accept, as students wrote it; case and blanks do not count.",
        _ => "The text to accept; case, blanks and quotation marks do not count.",
    }
}

/// `POST /teach/quizzes/{slug}/questions/{id}/rehearsal`
pub async fn rehearse(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path((slug, id)): Path<(String, String)>,
    Form(fields): Fields,
) -> Answer<Response> {
    let (shown, sent) = (find(&app, &slug, &id).await?, Sent::of(&fields));
    let rehearsed = match granted(&shown, &sent) {
        Ok(wish) => amending::rehearse(&app, &shown.quiz, &wish).await.map(|rehearsal| (wish, rehearsal)),
        Err(why) => Err(Refused::Wrong(why)),
    };
    match rehearsed {
        Ok((Wish::Amend(amendment), rehearsal)) => {
            let title = format!("{id}: {}", teach_quiz::sentence(&amendment));
            let action = format!("{}/questions/{id}/amendments", teach_quiz::href(&slug));
            let asked = Asked { title, action, reason: sent.reason.clone(), fields: sent.fields() };
            Ok(rehearsal_page(&visitor, &shown.quiz, asked, &rehearsal).into_response())
        }
        Ok((Wish::Withdraw(_), _)) => Err(Problem::not_found()),
        Err(refused) => refuse(&visitor, &shown, &sent, refused),
    }
}

/// `POST /teach/quizzes/{slug}/questions/{id}/amendments`
pub async fn apply(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path((slug, id)): Path<(String, String)>,
    Form(fields): Fields,
) -> Answer<Response> {
    let (shown, sent) = (find(&app, &slug, &id).await?, Sent::of(&fields));
    let applied = match granted(&shown, &sent) {
        Ok(wish) => amending::apply(&app, &shown.quiz, (&wish, &sent.reason, sent.left_out), visitor.id()).await,
        Err(why) => Err(Refused::Wrong(why)),
    };
    match applied {
        Ok(_) => recorded(&app, &visitor, &slug, &id).await,
        Err(refused) => refuse(&visitor, &shown, &sent, refused),
    }
}

fn granted(shown: &Shown, sent: &Sent) -> Result<Wish, String> {
    let wish = sent.wish(shown)?;
    if sent.reason.is_empty() { Err("Give a reason.".to_owned()) } else { Ok(wish) }
}

fn refuse(visitor: &Visitor, shown: &Shown, sent: &Sent, refused: Refused) -> Answer<Response> {
    match refused {
        Refused::Wrong(why) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(visitor, shown, sent, Some(why))).into_response())
        }
        Refused::Unscored(why) => Err(why.into()),
    }
}

async fn recorded(app: &App, visitor: &Visitor, slug: &str, subject: &str) -> Answer<Response> {
    let place = teach_quiz::href(slug);
    audit::record(&app.store, visitor.id(), "amended_quiz", &format!("{place} {subject}"), store::now()).await?;
    Ok(Redirect::to(&place).into_response())
}

/// The amendment on the record, with the quiz.
async fn find_recorded(
    app: &App,
    slug: &str,
    id: &str,
) -> Answer<(std::sync::Arc<CourseQuiz>, quiz_amendments::QuizAmendment)> {
    teach_quiz::find(app, slug)?;
    let id: QuizAmendmentId = id.parse().map_err(|_| Problem::not_found())?;
    let recorded = quiz_amendments::of_quiz(&app.store, app.course_id, slug).await?;
    let found = recorded.into_iter().find(|amendment| amendment.id == id).ok_or_else(Problem::not_found)?;
    Ok((app.quizzes.served(app, slug).await?, found))
}

/// `POST /teach/quizzes/{slug}/amendments/{id}/rehearsal`: of taking it back.
pub async fn rehearse_withdrawal(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path((slug, id)): Path<(String, String)>,
) -> Answer<view::TeachAmendment> {
    let (quiz, found) = find_recorded(&app, &slug, &id).await?;
    let rehearsal = amending::rehearse(&app, &quiz, &Wish::Withdraw(found.id)).await.map_err(refused)?;
    let amendment: Amendment = serde_json::from_str(&found.amendment)?;
    let title = format!("Take back: {}: {}", amendment.question(), teach_quiz::sentence(&amendment));
    let reason = format!("Taken back: {}", found.reason);
    let action = format!("{}/amendments/{id}/withdraw", teach_quiz::href(&slug));
    Ok(rehearsal_page(&visitor, &quiz, Asked { title, action, reason, fields: Vec::new() }, &rehearsal))
}

/// `POST /teach/quizzes/{slug}/amendments/{id}/withdraw`
pub async fn withdraw(
    State(app): State<App>,
    Staff(visitor): Staff,
    Path((slug, id)): Path<(String, String)>,
    Form(fields): Fields,
) -> Answer<Response> {
    let (quiz, found) = find_recorded(&app, &slug, &id).await?;
    let reason = format!("Taken back: {}", found.reason);
    let wish = Wish::Withdraw(found.id);
    let left_out = Sent::of(&fields).left_out;
    amending::apply(&app, &quiz, (&wish, &reason, left_out), visitor.id()).await.map_err(refused)?;
    recorded(&app, &visitor, &slug, &format!("amendment {id}")).await
}

fn refused(why: Refused) -> Problem {
    match why {
        Refused::Wrong(why) => Problem::conflict("Nothing was changed", why),
        Refused::Unscored(why) => why.into(),
    }
}

/// What a rehearsal is of.
struct Asked {
    title: String,
    action: String,
    reason: String,
    fields: Vec<(String, String)>,
}

fn rehearsal_page(visitor: &Visitor, quiz: &CourseQuiz, asked: Asked, rehearsal: &Rehearsal) -> view::TeachAmendment {
    let changes = &rehearsal.changes;
    let told = (LEFT_OUT.to_owned(), rehearsal.unreadable.to_string());
    view::TeachAmendment {
        page: visitor.page(format!("{}, before it is changed", quiz.title)),
        quiz: teach_quiz::link(quiz),
        title: asked.title,
        reason: asked.reason,
        action: asked.action,
        fields: asked.fields.into_iter().chain([told]).collect(),
        sentence: sentence(rehearsal),
        attempts: changes.attempts.iter().map(attempt_change).collect(),
        grades: changes.grades.iter().map(grade_change).collect(),
    }
}

fn sentence(rehearsal: &Rehearsal) -> String {
    let of = count(rehearsal.scored as u64, "scored attempt");
    let changed = match rehearsal.changes.attempts.len() {
        0 => format!("It would change the points of none of {of}."),
        some => format!("It would change {some} of {of}. Nothing is changed so far."),
    };
    let waiting = match rehearsal.waiting {
        0 => String::new(),
        waiting => format!(" {} not scored yet and will be scored with it.", count(waiting as u64, "attempt")),
    };
    let kept = match rehearsal.unreadable {
        0 => String::new(),
        some => {
            let attempts = count(some as u64, "scored attempt");
            format!(" Besides, {attempts} cannot be scored again, as their release is lost: their points stay.")
        }
    };
    format!("{changed}{waiting}{kept}")
}

fn attempt_change(change: &AttemptChange) -> view::PointsChange {
    let text = |reached: Points, most: Points| format!("{reached} of {most}");
    view::PointsChange {
        student: change.student.clone(),
        of: format!("Attempt {}", change.number),
        was: text(change.from, change.max_from),
        would_be: text(change.to, change.max_to),
    }
}

fn grade_change(change: &GradeChange) -> view::PointsChange {
    view::PointsChange {
        student: change.student.clone(),
        of: String::new(),
        was: change.from.to_string(),
        would_be: change.to.to_string(),
    }
}
