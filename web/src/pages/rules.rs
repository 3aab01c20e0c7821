//! The rules of a course's labs as they hold for its students: what counts, when results show, what is due when, and what
//! hints and lateness cost.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sandbar_content::Course;
use sandbar_grader::Report;
use sandbar_grader::rubric::HintLevel;

use super::shown::moment;
use crate::app::App;
use crate::error::Fault;
use crate::marks::{self, Layers};
use crate::store::extensions::{self, Extension};
use crate::store::hints_opened::{self, Opened};
use crate::store::lab_policies::{self, Counting, LabPolicy, Late, Results};
use crate::store::overrides::Set;
use crate::store::{self, CourseId, Store, UserId};
use crate::view::lab::Rule;

/// Everybody's, or those of one student.
pub struct Rules {
    policies: BTreeMap<String, LabPolicy>,
    /// The course's own due dates.
    dues: BTreeMap<String, Timestamp>,
    pub extensions: Vec<Extension>,
    opened: Vec<Opened>,
    now: Timestamp,
}

/// A submission as far as the rules ask about it.
#[derive(Clone, Copy, Debug)]
pub struct HandedIn<'a> {
    pub user: UserId,
    pub lab: &'a str,
    pub at: Timestamp,
}

impl Rules {
    pub async fn read(app: &App, user: Option<UserId>) -> Result<Self, Fault> {
        Self::of_course(&app.store, (app.course_id, &app.course), user).await
    }

    pub async fn of_course(
        store: &Store,
        (id, course): (CourseId, &Course),
        user: Option<UserId>,
    ) -> Result<Self, Fault> {
        let due = |topic: &sandbar_content::Topic| Some((topic.slug.clone(), topic.due?));
        Ok(Self {
            policies: lab_policies::of_course(store, id).await?,
            dues: course.topics.iter().filter_map(due).collect(),
            extensions: extensions::of_course(store, id, user).await?,
            opened: hints_opened::of_course(store, id, user).await?,
            now: store::now(),
        })
    }

    pub fn policy(&self, lab: &str) -> LabPolicy {
        self.policies.get(lab).copied().unwrap_or_default()
    }

    /// When the lab is due for everybody without an extension.
    pub fn due_of_all(&self, lab: &str) -> Option<Timestamp> {
        self.policy(lab).due_at.or_else(|| self.dues.get(lab).copied())
    }

    pub fn due(&self, lab: &str, student: UserId) -> Option<Timestamp> {
        let own = self.extensions.iter().find(|own| own.student == student && own.lab == lab);
        own.map(|own| own.due_at).or_else(|| self.due_of_all(lab))
    }

    /// Whether the student may not yet see what hidden checks found.
    pub fn withholds(&self, lab: &str, student: UserId) -> bool {
        match self.policy(lab).results {
            Results::Everything => false,
            Results::Counts => true,
            Results::AfterDue => self.due(lab, student).is_some_and(|due| self.now < due),
        }
    }

    pub fn late_percent(&self, handed_in: HandedIn<'_>) -> u32 {
        let due = self.due(handed_in.lab, handed_in.user);
        marks::late_percent(self.policy(handed_in.lab).late, due, handed_in.at)
    }

    /// The levels that the student had opened by then, by task.
    pub fn opened(&self, handed_in: HandedIn<'_>) -> Vec<(u32, HintLevel)> {
        let own = |it: &&Opened| it.user == handed_in.user && it.lab == handed_in.lab && it.at <= handed_in.at;
        self.opened.iter().filter(own).map(|it| (it.task, it.level)).collect()
    }

    /// Those that are open now.
    pub fn open(&self, lab: &str, student: UserId) -> Vec<(u32, HintLevel)> {
        self.opened(HandedIn { user: student, lab, at: Timestamp::MAX })
    }

    /// What lies above the submission's report; the report is the whole one.
    pub fn layers(&self, report: &Report, handed_in: HandedIn<'_>, sets: Vec<Set>) -> Layers {
        let hints = marks::hint_prices(report, &self.opened(handed_in));
        Layers { sets, hints, late_percent: self.late_percent(handed_in) }
    }

    /// What a student reads before handing in.
    pub fn told(&self, lab: &str, student: UserId) -> Vec<Rule> {
        let (policy, due) = (self.policy(lab), self.due(lab, student));
        let rule = |text: String| Rule { text, until: None };
        let mut told =
            vec![rule(counting_text(policy.counting).to_owned()), rule(results_text(policy.results).to_owned())];
        if let Some(due) = due {
            let text = if due < self.now { "It was due" } else { "It is due" };
            told.push(Rule { text: text.to_owned(), until: Some(moment(due)) });
            told.extend(late_text(policy.late).map(rule));
        }
        told
    }
}

pub fn counting_text(policy: Counting) -> &'static str {
    match policy {
        Counting::Best => "The best submission counts.",
        Counting::Last => "The last submission counts.",
    }
}

pub fn results_text(results: Results) -> &'static str {
    match results {
        Results::Everything => "Every result shows as soon as it is graded.",
        Results::AfterDue => "Until the due date, hidden checks show only how many hold; then everything shows.",
        Results::Counts => "Hidden checks show only how many hold.",
    }
}

/// `None` when late work loses nothing.
pub fn late_text(late: Late) -> Option<String> {
    let Late { percent_a_day, most_percent } = late;
    (percent_a_day > 0).then(|| {
        format!(
            "Late work loses {percent_a_day} % of its points for each day that has begun, {most_percent} % at most."
        )
    })
}
