//! Where in the submission a check looks: the place of its fault when the fault itself names none.

use sandbar_labs::authored::{Node, json, yaml};
use sandbar_labs::diagnostic::Position;
use sandbar_labs::evidence::{CellEvidence, StatementKind};
use sandbar_labs::outcome::StatementOutcome;

use super::Scene;
use crate::outcome::Place;
use crate::work::Part;

/// What a check is about.
#[derive(Clone, Copy, Debug)]
pub enum About<'a> {
    /// The cells of its task.
    Task,
    /// The statement of its task that created the table of that name.
    Creation(&'a str),
    /// The statement that wrote, made or declared what has this name, wherever it stands.
    Target(&'a str),
    /// The job, or its task with that key.
    Job(Option<&'a str>),
    /// The dashboard, or its data set of that name.
    Dashboard(Option<&'a str>),
}

impl About<'_> {
    /// The part of a submission that it stands in.
    pub fn part(self) -> Part {
        match self {
            Self::Task | Self::Creation(_) | Self::Target(_) => Part::Notebook,
            Self::Job(_) => Part::Job,
            Self::Dashboard(_) => Part::Dashboard,
        }
    }
}

impl<'a> Scene<'a> {
    /// Where a statement of the notebook begins.
    pub fn place(&self, cell: &CellEvidence, statement: &StatementOutcome) -> Place {
        let line = cell.first_line.saturating_add(statement.line).saturating_sub(1);
        Place::new(&self.work.notebook_path, line, statement.column)
    }

    /// The place of what a check is about; `None` when the submission has nothing of the kind.
    pub fn place_about(&self, about: About<'_>) -> Option<Place> {
        match about {
            About::Task => self.place_of_task(),
            About::Creation(name) => self.place_of_creation(name).or_else(|| self.place_of_task()),
            About::Target(name) => self.place_of_target(name),
            About::Job(key) => self.place_in_job(key),
            About::Dashboard(name) => {
                let work = self.work.dashboard.as_ref()?;
                let dataset = work.dashboard.datasets.iter().find(|dataset| Some(dataset.name.as_str()) == name);
                Some(Place::new(&work.path, dataset.map_or(1, |dataset| dataset.sql_line), 1))
            }
        }
    }

    /// The last statement of the task that made a commit, else its last statement, else its first cell.
    fn place_of_task(&self) -> Option<Place> {
        let statements = self.statements(self.task);
        let committed = statements.iter().rfind(|(_, statement)| !statement.commits.is_empty());
        if let Some((cell, statement)) = committed.or(statements.last()) {
            return Some(self.place(cell, statement));
        }
        let mut cells = (0..).zip(&self.work.notebook.cells);
        let (_, cell) = cells.find(|(index, _)| self.work.cells.task_of(*index) == Some(self.task))?;
        Some(Place::new(&self.work.notebook_path, cell.first_line, 1))
    }

    fn place_of_creation(&self, name: &str) -> Option<Place> {
        let creates = |statement: &StatementOutcome| {
            let facts = statement
                .facts
                .as_ref()
                .filter(|facts| matches!(facts.kind, StatementKind::CreateTable | StatementKind::CreateTableAsSelect));
            facts.and_then(|facts| facts.target.as_deref()).is_some_and(|target| target.eq_ignore_ascii_case(name))
        };
        let (cell, statement) = self.statements(self.task).into_iter().rfind(|(_, statement)| creates(statement))?;
        Some(self.place(cell, statement))
    }

    fn place_of_target(&self, name: &str) -> Option<Place> {
        let (_, run) = self.main()?;
        let statements =
            run.cells.iter().flat_map(|cell| cell.statements.iter().map(move |statement| (cell, statement)));
        let targets = |statement: &StatementOutcome| {
            let target = statement.facts.as_ref().and_then(|facts| facts.target.as_deref());
            target.is_some_and(|target| target.eq_ignore_ascii_case(name))
        };
        let last = statements.rev().find(|(_, statement)| targets(statement));
        let first = || Some(Place::new(&self.work.notebook_path, self.work.notebook.cells.first()?.first_line, 1));
        last.map(|(cell, statement)| self.place(cell, statement)).or_else(first)
    }

    fn place_in_job(&self, key: Option<&str>) -> Option<Place> {
        let work = self.work.job.as_ref()?;
        let text = self.work.submission.text(&work.path).ok()?;
        let root = if work.path.ends_with(".json") { json::parse(text) } else { yaml::parse(text) }.ok()?;
        let position = key.and_then(|key| task_with(&root, key)).unwrap_or(Position { line: 1, column: 1 });
        Some(Place::new(&work.path, position.line, position.column))
    }

    /// The place with the name of its cell, where the file is one whose lines nobody sees.
    pub fn with_cell(&self, place: Place) -> Place {
        if place.file != self.work.notebook_path || !place.file.to_ascii_lowercase().ends_with(".ipynb") {
            return place;
        }
        let cells = self.work.notebook.cells.iter().enumerate();
        let cell = cells.rev().find(|(_, cell)| cell.first_line <= place.line);
        let name = cell.map(|(at, cell)| match cell.title.as_deref().map(str::trim) {
            Some(title) if !title.is_empty() => title.to_owned(),
            _ => format!("number {}", at + 1),
        });
        Place { cell: name, ..place }
    }
}

/// Where the task of that key begins, wherever the job stands in its file.
fn task_with(node: &Node, key: &str) -> Option<Position> {
    if node.get("task_key").and_then(Node::as_text) == Some(key) {
        return Some(node.position);
    }
    // What a task waits for is named by the same field.
    let entries = node.entries().iter().filter(|entry| entry.key != "depends_on").map(|entry| &entry.value);
    entries.chain(node.elements()).find_map(|node| task_with(node, key))
}
