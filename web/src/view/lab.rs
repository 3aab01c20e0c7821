//! `/labs/{slug}`: a lab with its notebook or text file, its tasks and its tables.

use askama::Template;
use askama_web::WebTemplate;

use super::checks::CheckList;
use super::filters;
use super::layout::{Link, Moment, Page};
use super::output::CellOutput;
use super::tables::TablesPanel;
use super::widgets::WidgetBar;

#[derive(Debug, Template, WebTemplate)]
#[template(path = "lab.html")]
pub struct Lab {
    pub page: Page,
    pub slug: String,
    pub title: String,
    pub summary: String,
    /// Rendered Markdown above the tasks.
    pub introduction_html: String,
    /// What grading stays within, one sentence each, as HTML.
    pub promises: Vec<String>,
    /// `100 points`.
    pub points: String,
    pub due: Option<Moment>,
    pub tasks: Vec<Task>,
    /// All files of the lab; a strip of tabs when there are several.
    pub files: Vec<LabFile>,
    pub document: Document,
    /// Of a notebook, while its session can be asked.
    pub widgets: Option<WidgetBar>,
    /// That the starter changed since the student began, and where the changes are.
    pub changed: Option<Link>,
    /// Results of the public checks when they were run before.
    pub checks: Option<CheckList>,
    pub tables: TablesPanel,
    /// Newest first.
    pub submissions: Vec<SubmissionSummary>,
    /// What holds for what is handed in: which submission counts, when results show, until when, at what price.
    pub rules: Vec<Rule>,
}

/// One sentence; where it ends in a time, without its full stop.
#[derive(Debug)]
pub struct Rule {
    pub text: String,
    pub until: Option<Moment>,
}

#[derive(Debug)]
pub struct Task {
    pub number: u32,
    pub title: String,
    /// `12`.
    pub points: String,
    /// What to do: rendered Markdown.
    pub text_html: String,
    pub checks: Vec<TaskCheck>,
    /// `new`, `started` (a cell with this title exists and ran), `passed` or `failed` (by the public checks).
    pub state: &'static str,
    pub state_text: String,
    /// From the first level to the last.
    pub hints: Vec<Hint>,
    /// Shown unfolded: a hint of it was just opened.
    pub open: bool,
}

/// A level of a task's hints.
#[derive(Debug)]
pub struct Hint {
    /// `concept`, `clause`, `skeleton` or `difference`.
    pub level: &'static str,
    /// `The concept`.
    pub name: &'static str,
    /// `free`, or `costs 5 %: 1.2 points`.
    pub price: String,
    pub state: HintState,
}

#[derive(Debug)]
pub enum HintState {
    /// Rendered Markdown.
    Open(String),
    /// It can be opened: the address that does.
    Next(String),
    /// The one before comes first.
    Closed,
}

/// What a check claims, before it is run.
#[derive(Debug)]
pub struct TaskCheck {
    pub claim: String,
    /// `4 points`.
    pub points: String,
    /// Run on data that the student has not seen.
    pub hidden: bool,
    /// How rows are compared, and what other data keep to.
    pub terms: Vec<String>,
}

#[derive(Debug)]
pub struct LabFile {
    pub path: String,
    /// `notebook`, `job` or `text`.
    pub kind: &'static str,
    pub href: String,
    pub current: bool,
    /// Given with the lab and read only.
    pub given: bool,
}

/// The file that is open.
#[derive(Debug)]
pub struct Document {
    /// As in `PUT /labs/{slug}/documents/{path}`.
    pub path: String,
    pub revision: u64,
    pub saved: Option<Moment>,
    pub read_only: bool,
    /// The page that shows what the file describes.
    pub shown: Option<Link>,
    pub body: Body,
}

#[derive(Debug)]
pub enum Body {
    Notebook(Vec<Cell>),
    Text(TextBody),
}

#[derive(Debug)]
pub struct TextBody {
    /// `yaml`, `json` or `sql`: the editor's language.
    pub language: &'static str,
    pub text: String,
    pub lines: usize,
}

#[derive(Debug)]
pub struct Cell {
    pub id: String,
    /// `sql`, `markdown` or `python`.
    pub language: &'static str,
    /// `SQL`, `Text` or `Python`.
    pub language_text: &'static str,
    pub title: String,
    pub source: String,
    /// Highlighted source, or the rendered text of a Markdown cell.
    pub html: String,
    pub lines: usize,
    pub output: Option<CellOutput>,
}

/// An empty cell, cloned by the notebook for every new one.
#[derive(Debug, Template, WebTemplate)]
#[template(path = "fragments/cell.html")]
pub struct BlankCell {
    cell: Cell,
}

impl Cell {
    fn blank() -> BlankCell {
        let cell = Cell {
            id: String::new(),
            language: "sql",
            language_text: "SQL",
            title: String::new(),
            source: String::new(),
            html: String::new(),
            lines: 1,
            output: None,
        };
        BlankCell { cell }
    }
}

#[derive(Debug)]
pub struct SubmissionSummary {
    pub href: String,
    pub number: usize,
    pub at: Moment,
    /// `86 of 100`, `being graded`.
    pub result: String,
    /// Whether it is the one that counts.
    pub counts: bool,
}
