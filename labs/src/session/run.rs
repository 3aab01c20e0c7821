//! A request's statements, one after the other.

use std::time::Instant;

use crate::diagnostic::{Diagnostic, Position};
use crate::dialect::{self, Cut, Lexed, Parameters};
use crate::evidence::StatementFacts;
use crate::outcome::{Progress, StatementOutcome};
use crate::relation::Relation;
use crate::sandbox::{RunRequest, SessionKind};

use super::Session;
use super::commands::{self, Output};
use super::errors::{EngineFault, from_store, internal};

impl Session {
    /// All statements of the text in order; stops at the first failure unless the request keeps going.
    pub async fn run(&mut self, request: &RunRequest) -> Vec<StatementOutcome> {
        let outcomes = parking_lot::Mutex::new(Vec::new());
        let keep = |progress: Progress<'_>| {
            if let Progress::Finished(outcome) = progress {
                outcomes.lock().push(outcome.clone());
            }
        };
        self.run_reporting(request, &keep).await;
        outcomes.into_inner()
    }

    /// Like [`Session::run`], and tells when each statement begins and ends. Dropping the future gives the statement up.
    pub async fn run_reporting(&mut self, request: &RunRequest, report: &(dyn Fn(Progress<'_>) + Send + Sync)) {
        request.user_name.clone_into(&mut self.options.user_name);
        if let Err(diagnostic) = dialect::check_length(&request.sql, self.options.limits.max_sql_bytes) {
            let start = Position { line: 1, column: 1 };
            return report(Progress::Finished(&failed(Cut { text: "", position: start }, diagnostic)));
        }
        let mut session = request.session;
        for cut in dialect::cut(&request.sql) {
            let Position { line, column } = cut.position;
            report(Progress::Began { sql: cut.text, line, column });
            let outcome = match self.turn_to(session).await {
                Ok(()) => self.statement(cut, request).await,
                Err(fault) => failed(cut, internal(fault)),
            };
            session = session.continued();
            report(Progress::Finished(&outcome));
            if outcome.error.is_some() && !request.keep_going {
                return;
            }
        }
    }

    /// Goes on with that session. Which one it is stands in the store before its first statement: when that one is
    /// given up, the session is read from there.
    pub(super) async fn turn_to(&mut self, session: SessionKind) -> Result<(), EngineFault> {
        self.settle().await?;
        self.unsettled = true;
        self.journal.turn_to(session);
        if session == SessionKind::NewTask {
            self.parameters_read.clear();
        }
        // A workspace that is full takes nothing, and the statement may be the one that makes room.
        let _ = self.save_journal().await;
        self.unsettled = false;
        Ok(())
    }

    async fn statement(&mut self, cut: Cut<'_>, request: &RunRequest) -> StatementOutcome {
        let started = Instant::now();
        self.watch.tick();
        self.tell_time();
        self.unsettled = true;
        let (mut facts, mut notes) = (None, Vec::new());
        let patience = self.patience;
        let attempt = self.attempt(cut, request, &mut facts, &mut notes);
        let (result, given_up) = match patience {
            None => (attempt.await, false),
            Some(patience) => match tokio::time::timeout(patience, attempt).await {
                Ok(result) => (result, false),
                Err(_) => (Err(out_of_time(patience)), true),
            },
        };
        let result = match result {
            Ok(output) => self.save_journal().await.map(|()| output),
            Err(diagnostic) => Err(diagnostic),
        };
        // Only a statement that ran to its end leaves the memory equal to the store.
        self.unsettled = given_up || matches!(&result, Err(diagnostic) if diagnostic.class == "INTERNAL_ERROR");
        let mut outcome = match result {
            Ok(output) => succeeded(cut, output),
            Err(diagnostic) => failed(cut, diagnostic),
        };
        outcome.facts = facts;
        outcome.notes.splice(0..0, notes);
        outcome.elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        outcome
    }

    async fn attempt(
        &mut self,
        cut: Cut<'_>,
        request: &RunRequest,
        facts: &mut Option<StatementFacts>,
        notes: &mut Vec<String>,
    ) -> Result<Output, Diagnostic> {
        let parameters = self.parameters(request);
        let lexed = Lexed::new(cut.text, cut.position, &parameters, self.options.limits.max_nesting)?;
        self.parameters_read.extend(lexed.parameters_read.iter().cloned());
        notes.clone_from(&lexed.notes);
        let statement = dialect::parse(&lexed)?;
        self.catch_up(&lexed).await?;
        let facts = facts.insert(commands::facts(&statement, &lexed));
        let values =
            lexed.parameters_read.iter().filter_map(|name| Some((name.clone(), parameters.get(name)?.to_owned())));
        commands::execute(self, &statement, &lexed, facts, values.collect()).await
    }

    /// Widgets' values, with the request's values over them.
    fn parameters(&self, request: &RunRequest) -> Parameters {
        let widgets = self.journal.widgets.values().map(|widget| (widget.name.clone(), widget.value().to_owned()));
        let given = request.parameters.iter().map(|(name, value)| (name.clone(), value.clone()));
        Parameters::new(widgets.chain(given))
    }

    pub(super) async fn save_journal(&mut self) -> Result<(), Diagnostic> {
        if self.journal != self.saved {
            self.journal.save(&self.store).await.map_err(|error| from_store(&error))?;
            self.saved = self.journal.clone();
        }
        Ok(())
    }
}

fn out_of_time(patience: std::time::Duration) -> Diagnostic {
    let message = format!("The statement ran longer than {} seconds. It was given up.", patience.as_secs_f64());
    Diagnostic::new("LIMIT_EXCEEDED.TIME", "57014", message)
        .with_hint("Look for a join without a condition, a recursion without an end or a very large range.")
}

fn succeeded(cut: Cut<'_>, output: Output) -> StatementOutcome {
    StatementOutcome {
        sql: cut.text.to_owned(),
        line: cut.position.line,
        column: cut.position.column,
        relation: output.relation,
        total_rows: output.total_rows,
        error: None,
        notes: output.notes,
        commits: output.commits,
        facts: None,
        elapsed_us: 0,
    }
}

fn failed(cut: Cut<'_>, diagnostic: Diagnostic) -> StatementOutcome {
    let output = Output { relation: Relation::default(), ..Output::default() };
    StatementOutcome { error: Some(diagnostic), ..succeeded(cut, output) }
}
