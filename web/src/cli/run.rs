//! `sandbar run`: a notebook's cells in order, in a workspace on this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sandbar_labs::diagnostic::{Diagnostic, Finding};
use sandbar_labs::notebook::{self, Cell, CellLanguage, Notebook};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::relation::Relation;
use sandbar_labs::sandbox::{RunRequest, SessionKind};

use super::engine::{EngineArguments, LocalWorkspace, Parameter, user_name};
use super::outcomes::{Format, Printer, Source};
use super::{Failure, Status, block_on_until_interrupted, log};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Notebook in Databricks' source format (.sql, .py), a Jupyter notebook (.ipynb) or a plain SQL script
    notebook: PathBuf,
    /// Folder that holds the tables; without it a fresh one, thrown away at the end
    #[arg(long, value_name = "DIR")]
    workspace: Option<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Value for a widget; may be given more than once
    #[arg(long = "param", value_name = "NAME=VALUE")]
    parameters: Vec<Parameter>,
    /// Go on after a failed cell
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    engine: EngineArguments,
}

pub fn execute(arguments: Arguments) -> Result<Status, Failure> {
    let name = arguments.notebook.display().to_string();
    let notebook = read(&arguments.notebook, &name)?;
    log::start("error");
    block_on_until_interrupted(async {
        let parameters = arguments.parameters.into_iter().map(|given| (given.name, given.value)).collect();
        let local = LocalWorkspace::open(arguments.workspace, &arguments.engine).await?;
        let mut run = Run { local: &local, parameters, printer: Printer::new(arguments.format), name: &name };
        let mut status = Status::Success;
        for (index, cell) in notebook.cells.iter().enumerate() {
            if !run.cell(index, cell).await? {
                status = Status::Unsuccessful;
                if !arguments.keep_going {
                    break;
                }
            }
        }
        Ok(status)
    })
}

fn read(file: &Path, name: &str) -> Result<Notebook, Failure> {
    let bytes = std::fs::read(file).map_err(|error| {
        Failure::usage(anyhow::Error::new(error).context(format!("{name} cannot be read")))
            .with_remedy("name a notebook: a .sql, .py or .ipynb file")
    })?;
    let file_name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    notebook::read(&file_name, &bytes).map_err(|findings| not_a_notebook(name, &findings))
}

fn not_a_notebook(name: &str, findings: &[Finding]) -> Failure {
    for finding in findings {
        let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
        eprintln!("{name}{line}: {}", finding.message);
    }
    let hint = findings.iter().find_map(|finding| finding.hint.clone());
    Failure::usage_message(format!("{name} is not a notebook"))
        .with_remedy(hint.unwrap_or_else(|| "export it again as a source file or as .ipynb".to_owned()))
}

struct Run<'a> {
    local: &'a LocalWorkspace,
    parameters: BTreeMap<String, String>,
    printer: Printer,
    name: &'a str,
}

impl Run<'_> {
    /// Runs and prints one cell. Whether it did what it should: succeed, or fail when it is marked to.
    async fn cell(&mut self, index: usize, cell: &Cell) -> Result<bool, Failure> {
        let outcomes = match cell.language {
            CellLanguage::Markdown => return Ok(true),
            CellLanguage::Python => vec![no_python(cell)],
            CellLanguage::Sql => self.run(cell).await?,
        };
        let source = Source {
            name: Some(self.name),
            text: &cell.source,
            first_line: cell.first_line,
            cell: Some((index, cell.title.as_deref())),
        };
        for outcome in &outcomes {
            self.printer.print(&source, outcome).map_err(Failure::unavailable)?;
        }
        let failed = outcomes.iter().find_map(|outcome| outcome.error.as_ref());
        Ok(match (cell.expects_error(), failed) {
            (false, failed) => failed.is_none(),
            (true, Some(error)) => error.class != "INTERNAL_ERROR",
            (true, None) => {
                let line = cell.first_line;
                eprintln!("{}:{line}: the cell is marked `-- expect-error` and no statement of it failed", self.name);
                false
            }
        })
    }

    async fn run(&self, cell: &Cell) -> Result<Vec<StatementOutcome>, Failure> {
        let request = RunRequest {
            sql: cell.source.clone(),
            parameters: self.parameters.clone(),
            user_name: user_name(),
            keep_going: false,
            session: SessionKind::Notebook,
        };
        self.local.sandbox.run(&self.local.key, request).await.map_err(Failure::of_sandbox)
    }
}

fn no_python(cell: &Cell) -> StatementOutcome {
    let diagnostic = Diagnostic::new("UNSUPPORTED_FEATURE", "0A000", "Python cells cannot be run here yet.")
        .with_hint("Write the cell in SQL, or remove it.");
    StatementOutcome {
        sql: cell.source.clone(),
        line: 1,
        column: 1,
        relation: Relation::default(),
        total_rows: 0,
        error: Some(diagnostic),
        notes: Vec::new(),
        commits: Vec::new(),
        facts: None,
        elapsed_us: 0,
    }
}
