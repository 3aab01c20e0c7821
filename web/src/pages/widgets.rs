//! `/labs/{slug}/widgets`: the widgets of a workspace's session, and which cells of a notebook read a newer value.

use std::collections::{BTreeMap, BTreeSet};

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use sandbar_content::Lab;
use sandbar_labs::dialect::parameters_named;
use sandbar_labs::evidence::StatementFacts;
use sandbar_labs::notebook::{self, CellLanguage};
use sandbar_labs::outcome::StatementOutcome;
use sandbar_labs::widget::{Choice, Chosen, Widget};
use serde::Deserialize;

use super::workbench::{self, StoredCell, StoredCells, Workbench, is_notebook, read_cells, sandbox_problem};
use super::{Answer, Asked, documents, lab};
use crate::app::App;
use crate::auth::Visitor;
use crate::error::Problem;
use crate::store;
use crate::store::cell_outputs::CellOutput;
use crate::view::widgets as view;

#[derive(Debug, Deserialize)]
pub struct Shown {
    file: String,
}

/// `GET /labs/{slug}/widgets?file=etl.sql`
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    Query(Shown { file }): Query<Shown>,
) -> Answer<view::WidgetBar> {
    let lab = workbench::lab(&app, &slug)?;
    bar(&Workbench::of_lab(&app, &visitor, lab).await?, lab, &file).await
}

/// `POST /labs/{slug}/widgets`: a widget's new value; several values of a multiselect are joined.
pub async fn choose(
    State(app): State<App>,
    visitor: Visitor,
    Path(slug): Path<String>,
    asked: Asked,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer<Response> {
    let lab = workbench::lab(&app, &slug)?;
    let bench = Workbench::of_lab(&app, &visitor, lab).await?;
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let (Some(name), Some(document)) = (field("name"), field("document")) else {
        return Err(Problem::bad_request("A value is sent with `name`, `value` and `document`."));
    };
    let values: Vec<&str> =
        fields.iter().filter(|(name, _)| name == "value").map(|(_, value)| value.as_str()).collect();
    let chosen = Chosen { value: values.join(","), at_ms: store::now().as_millisecond() };
    let refused = widgets(&bench, Some(Choice { name: name.to_owned(), chosen })).await?.err();
    if asked == Asked::Page {
        return match refused {
            Some(error) => Err(Problem::bad_request(error.message)),
            None => Ok(Redirect::to(&lab::href_of_file(&slug, document)).into_response()),
        };
    }
    let mut bar = bar(&bench, lab, document).await?;
    bar.refused = refused.map(|error| error.message);
    Ok(bar.into_response())
}

async fn widgets(
    bench: &Workbench<'_>,
    choice: Option<Choice>,
) -> Answer<Result<Vec<Widget>, sandbar_labs::diagnostic::Diagnostic>> {
    let login = &bench.visitor.user.login;
    bench.app.engine()?.widgets(&bench.workspace, login, choice).await.map_err(sandbox_problem)
}

/// The bar of one of the lab's notebooks.
pub async fn bar(bench: &Workbench<'_>, lab: &Lab, file: &str) -> Answer<view::WidgetBar> {
    let cells = cells(bench, lab, file).await?;
    let widgets = widgets(bench, None).await?.unwrap_or_default();
    let outputs = bench.outputs().await?;
    Ok(view::WidgetBar {
        action: format!("/labs/{}/widgets", lab.slug),
        csrf: bench.visitor.page("").csrf,
        document: file.to_owned(),
        stale: stale(&cells, &widgets, &outputs),
        widgets: widgets.into_iter().map(shown).collect(),
        refused: None,
    })
}

async fn cells(bench: &Workbench<'_>, lab: &Lab, file: &str) -> Answer<Vec<StoredCell>> {
    if let Some(given) = lab.given.iter().find(|given| given.path == file) {
        let notebook = notebook::read(&given.path, &given.bytes).unwrap_or_default();
        return Ok(StoredCells::from(notebook).0);
    }
    let starter = documents::file(lab, file)?;
    if !is_notebook(&starter.path) {
        return Err(Problem::bad_request("Only a notebook has widgets."));
    }
    Ok(read_cells(&bench.document(starter).await?.content)?.0)
}

/// Cells that ran before a value was chosen on which they depend: they name it, or read a table or view that a cell above
/// them makes of it.
fn stale(cells: &[StoredCell], widgets: &[Widget], outputs: &BTreeMap<String, CellOutput>) -> Vec<String> {
    let mut made_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut stale = Vec::new();
    for cell in cells.iter().filter(|cell| cell.language == CellLanguage::Sql) {
        let Some(output) = outputs.get(&cell.id) else { continue };
        let mut depends: BTreeSet<String> =
            parameters_named(&cell.source).into_iter().map(|named| named.name).collect();
        for facts in facts(output) {
            let read = facts.scans.iter().filter_map(|scan| made_of.get(&bare(&scan.relation)));
            depends.extend(read.flatten().cloned().collect::<Vec<_>>());
            if let Some(target) = &facts.target {
                made_of.entry(bare(target)).or_default().extend(depends.iter().cloned());
            }
        }
        let newer = |widget: &Widget| {
            widget.chosen.as_ref().is_some_and(|chosen| chosen.at_ms > output.ran_at.as_millisecond())
        };
        if widgets.iter().any(|widget| newer(widget) && depends.contains(&widget.name.to_lowercase())) {
            stale.push(cell.id.clone());
        }
    }
    stale
}

/// What the statements of a cell read and wrote when it ran.
fn facts(output: &CellOutput) -> Vec<StatementFacts> {
    let outcomes: Vec<StatementOutcome> = serde_json::from_str(&output.outcomes).unwrap_or_default();
    outcomes.into_iter().filter_map(|outcome| outcome.facts).collect()
}

/// A relation's own name, whatever its schema and its case.
fn bare(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_lowercase()
}

fn shown(widget: Widget) -> view::Widget {
    let value = widget.value().to_owned();
    let is_chosen = |choice: &str| match widget.kind.as_str() {
        "multiselect" => value.split(',').any(|part| part == choice),
        _ => value == choice,
    };
    let choices = widget.choices.iter().map(|text| view::Choice { text: text.clone(), chosen: is_chosen(text) });
    view::Widget { choices: choices.collect(), name: widget.name.clone(), kind: widget.kind.clone(), value }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use sandbar_labs::evidence::Scan;

    use super::*;

    fn cell(id: &str, source: &str) -> StoredCell {
        StoredCell { id: id.to_owned(), language: CellLanguage::Sql, title: None, source: source.to_owned() }
    }

    #[test]
    fn a_cell_is_stale_when_a_value_that_it_reads_is_newer_than_its_run() {
        let cells = [
            cell("reads", "SELECT :City"),
            cell("names", "SELECT * FROM IDENTIFIER(:city)"),
            cell("other", "SELECT :country"),
            cell("none", "SELECT ':city' -- :city"),
            cell("newer", "SELECT :city"),
            cell("never", "SELECT :city"),
        ];
        let output = |cell: &str, millis: i64| {
            let at = Timestamp::from_millisecond(millis).unwrap();
            let (source, outcomes) = (String::new(), "[]".to_owned());
            (cell.to_owned(), CellOutput { cell: cell.to_owned(), source, outcomes, elapsed_us: 0, ran_at: at })
        };
        let ran = [("reads", 1), ("names", 1), ("other", 1), ("none", 1), ("newer", 9)];
        let outputs: BTreeMap<_, _> = ran.into_iter().map(|(cell, at)| output(cell, at)).collect();
        let widget = |name: &str, chosen: Option<i64>| Widget {
            name: name.to_owned(),
            kind: "text".to_owned(),
            default: String::new(),
            choices: Vec::new(),
            chosen: chosen.map(|at_ms| Chosen { value: "Ulm".to_owned(), at_ms }),
        };
        let widgets = [widget("CITY", Some(5)), widget("country", None)];
        assert_eq!(stale(&cells, &widgets, &outputs), ["reads", "names"]);
    }

    #[test]
    fn a_cell_depends_on_the_values_of_what_it_reads() {
        let cells = [
            cell("view", "CREATE VIEW Near AS SELECT * FROM shops WHERE city = :city"),
            cell("table", "CREATE TABLE counts AS SELECT count(*) AS n FROM near"),
            cell("reads", "SELECT * FROM workspace.default.counts"),
            cell("apart", "SELECT * FROM shops"),
        ];
        let ran = |cell: &str, target: Option<&str>, scans: &[&str]| {
            let scans: Vec<Scan> = scans.iter().map(|name| Scan { relation: (*name).to_owned(), pin: None }).collect();
            let facts = StatementFacts { target: target.map(str::to_owned), scans, ..StatementFacts::default() };
            let outcome = StatementOutcome {
                sql: String::new(),
                line: 1,
                column: 1,
                relation: Default::default(),
                total_rows: 0,
                error: None,
                notes: Vec::new(),
                commits: Vec::new(),
                facts: Some(facts),
                elapsed_us: 0,
            };
            let at = Timestamp::from_millisecond(1).unwrap();
            let outcomes = serde_json::to_string(&[outcome]).unwrap();
            let (name, source) = (cell.to_owned(), String::new());
            (cell.to_owned(), CellOutput { cell: name, source, outcomes, elapsed_us: 0, ran_at: at })
        };
        let outputs = BTreeMap::from([
            ran("view", Some("Near"), &["shops"]),
            ran("table", Some("counts"), &["near"]),
            ran("reads", None, &["default.counts"]),
            ran("apart", None, &["shops"]),
        ]);
        let city = Widget {
            name: "city".to_owned(),
            kind: "text".to_owned(),
            default: String::new(),
            choices: Vec::new(),
            chosen: Some(Chosen { value: "Ulm".to_owned(), at_ms: 5 }),
        };
        assert_eq!(stale(&cells, &[city], &outputs), ["view", "table", "reads"]);
    }

    #[test]
    fn several_values_are_chosen_in_a_multiselect_only() {
        let widget = |kind: &str| Widget {
            name: "w".to_owned(),
            kind: kind.to_owned(),
            default: "a,b".to_owned(),
            choices: ["a", "b", "a,b"].map(str::to_owned).to_vec(),
            chosen: None,
        };
        let chosen = |kind| shown(widget(kind)).choices.into_iter().map(|choice| choice.chosen).collect::<Vec<_>>();
        assert_eq!(chosen("multiselect"), [true, true, false]);
        assert_eq!(chosen("dropdown"), [false, false, true]);
    }
}
