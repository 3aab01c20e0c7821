//! Reads a dashboard's file and says everything that is wrong in it.

use std::collections::BTreeSet;

use super::query;
use super::{Dashboard, Dataset, Filter, Page, Refresh, Tile, TileKind};
use crate::authored::{Fields, Node, nearest, place_within, yaml};
use crate::diagnostic::{Finding, Position};
use crate::workflow::schedule;

/// A dashboard as far as it could be read, with the findings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    pub dashboard: Dashboard,
    pub findings: Vec<Finding>,
}

/// Reads and validates a dashboard in YAML.
///
/// # Errors
/// One finding when the text is not YAML.
pub fn check(text: &str) -> Result<Checked, Finding> {
    let node = yaml::parse(text)?;
    let mut findings = Vec::new();
    let dashboard = Reader { text, findings: &mut findings }.dashboard(&node);
    Ok(Checked { dashboard, findings })
}

struct Reader<'a> {
    text: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Reader<'_> {
    fn dashboard(&mut self, node: &Node) -> Dashboard {
        let Some(mut fields) = Fields::of(node, "", self.findings) else { return Dashboard::default() };
        let name = fields.text("name", self.findings).unwrap_or_default();
        let warehouse_id = fields.text("warehouse_id", self.findings);
        let mut datasets = Vec::new();
        for (path, node) in fields.list("datasets", self.findings) {
            datasets.extend(self.dataset(&path, node));
        }
        self.unique(datasets.iter().map(|dataset: &(Dataset, Position)| (dataset.0.name.as_str(), dataset.1)));
        let datasets: Vec<Dataset> = datasets.into_iter().map(|(dataset, _)| dataset).collect();
        let mut pages = Vec::new();
        for (path, node) in fields.list("pages", self.findings) {
            pages.extend(self.page(&path, node, &datasets));
        }
        let mut filters = Vec::new();
        for (path, node) in fields.list("filters", self.findings) {
            filters.extend(self.filter(&path, node, &datasets));
        }
        let refresh = self.refresh(&mut fields);
        fields.finish(self.findings);
        Dashboard { name, warehouse_id, datasets, pages, filters, refresh }
    }

    fn dataset(&mut self, path: &str, node: &Node) -> Option<(Dataset, Position)> {
        let mut fields = Fields::of(node, path, self.findings)?;
        let name = self.required(&mut fields, node, "name");
        let sql = self.required(&mut fields, node, "sql");
        let sql_line = node.get("sql").map_or(node.position.line, |sql| self.first_line(sql.position));
        let mut parameters = Vec::new();
        for (path, node) in fields.list("parameters", self.findings) {
            let Some(mut fields) = Fields::of(node, path, self.findings) else { continue };
            let name = self.required(&mut fields, node, "name");
            let default = fields.scalar_text("default", self.findings).unwrap_or_default();
            fields.finish(self.findings);
            parameters.push((name, default));
        }
        fields.finish(self.findings);
        let dataset = Dataset { name, sql, sql_line, parameters };
        query::check(&dataset, self.text, self.findings);
        Some((dataset, node.position))
    }

    /// A block scalar begins on the line after its `|` or `>`.
    fn first_line(&self, position: Position) -> u32 {
        place_within(self.text, position, Position { line: 1, column: 1 }).line
    }

    fn page(&mut self, path: &str, node: &Node, datasets: &[Dataset]) -> Option<Page> {
        let mut fields = Fields::of(node, path, self.findings)?;
        let name = fields.text("name", self.findings).unwrap_or_default();
        let mut tiles = Vec::new();
        for (path, node) in fields.list("tiles", self.findings) {
            tiles.extend(self.tile(&path, node, datasets));
        }
        fields.finish(self.findings);
        Some(Page { name, tiles })
    }

    fn tile(&mut self, path: &str, node: &Node, datasets: &[Dataset]) -> Option<Tile> {
        let mut fields = Fields::of(node, path, self.findings)?;
        let kind_name = self.required(&mut fields, node, "kind");
        let title = fields.text("title", self.findings).unwrap_or_default();
        let dataset = self.required(&mut fields, node, "dataset");
        let x = fields.text("x", self.findings);
        let y = match node.get("y").map(Node::elements) {
            Some([]) | None => fields.text("y", self.findings).into_iter().collect(),
            Some(_) => fields.texts("y", self.findings),
        };
        let columns = fields.texts("columns", self.findings);
        fields.finish(self.findings);
        let at = |name: &str| node.get(name).map_or(node.position, |node| node.position);
        let names: Vec<&str> = datasets.iter().map(|dataset| dataset.name.as_str()).collect();
        if !dataset.is_empty() && !names.contains(&dataset.as_str()) {
            self.unknown("UNKNOWN_DATASET", "data set", &dataset, &names, at("dataset"));
        }
        let kinds = TileKind::ALL.map(TileKind::name);
        let Some(kind) = TileKind::ALL.into_iter().find(|kind| kind.name() == kind_name) else {
            if !kind_name.is_empty() {
                self.unknown("UNKNOWN_TILE", "kind of tile", &kind_name, &kinds, at("kind"));
            }
            return None;
        };
        let tile = Tile { kind, title, dataset, x, y, columns, position: node.position };
        self.encodings(&tile);
        Some(tile)
    }

    fn encodings(&mut self, tile: &Tile) {
        let charts = matches!(tile.kind, TileKind::Bar | TileKind::Line);
        let mut missing = Vec::new();
        if charts && tile.x.is_none() {
            missing.push("x");
        }
        if tile.kind != TileKind::Table && tile.y.is_empty() {
            missing.push("y");
        }
        for name in missing {
            let message = format!("A {} needs `{name}`, the name of a column of its data set.", tile.kind.name());
            let hint = format!("Write `{name}: column` with a column of the data set's query.");
            self.findings.push(Finding::error("MISSING_ENCODING", "", message).with_hint(hint).at(tile.position));
        }
    }

    fn filter(&mut self, path: &str, node: &Node, datasets: &[Dataset]) -> Option<Filter> {
        let mut fields = Fields::of(node, path, self.findings)?;
        let parameter = self.required(&mut fields, node, "parameter");
        let label = fields.text("label", self.findings);
        let choices = fields.texts("choices", self.findings);
        let bound = fields.texts("datasets", self.findings);
        fields.finish(self.findings);
        let names: Vec<&str> = datasets.iter().map(|dataset| dataset.name.as_str()).collect();
        for name in &bound {
            match datasets.iter().find(|dataset| &dataset.name == name) {
                None => self.unknown("UNKNOWN_DATASET", "data set", name, &names, node.position),
                Some(dataset) if !dataset.parameters.iter().any(|(declared, _)| declared == &parameter) => {
                    let message = format!("The data set `{name}` declares no parameter `{parameter}`.");
                    let hint = format!("Add `{{ name: {parameter}, default: ... }}` to its `parameters`.");
                    let finding = Finding::error("UNKNOWN_PARAMETER", path, message).with_hint(hint);
                    self.findings.push(finding.at(node.position));
                }
                Some(_) => {}
            }
        }
        Some(Filter { parameter, label, choices, datasets: bound })
    }

    fn refresh(&mut self, fields: &mut Fields<'_>) -> Option<Refresh> {
        let node = fields.node("refresh")?;
        let mut fields = Fields::of(node, "refresh", self.findings)?;
        let refresh = Refresh {
            quartz_cron_expression: self.required(&mut fields, node, "quartz_cron_expression"),
            timezone_id: self.required(&mut fields, node, "timezone_id"),
        };
        fields.finish(self.findings);
        let at = |name: &str| node.get(name).map_or(node.position, |node| node.position);
        let (expression, zone_id) = (&refresh.quartz_cron_expression, &refresh.timezone_id);
        if let (false, Err(error)) = (expression.is_empty(), schedule::Quartz::parse(expression)) {
            let finding = Finding::error("BAD_CRON", "refresh.quartz_cron_expression", error.to_string());
            self.findings.push(finding.with_hint(error.hint).at(at("quartz_cron_expression")));
        }
        if let (false, Err(error)) = (zone_id.is_empty(), schedule::zone(zone_id)) {
            let finding = Finding::error("BAD_TIMEZONE", "refresh.timezone_id", error.to_string());
            self.findings.push(finding.with_hint(error.hint).at(at("timezone_id")));
        }
        Some(refresh)
    }

    fn required(&mut self, fields: &mut Fields<'_>, node: &Node, name: &'static str) -> String {
        if fields.node(name).is_none() {
            let message = format!("`{name}` is missing here.");
            let hint = format!("Write `{name}: ...` here.");
            let finding = Finding::error("MISSING_FIELD", fields.path_of(name), message).with_hint(hint);
            self.findings.push(finding.at(node.position));
            return String::new();
        }
        fields.text(name, self.findings).unwrap_or_default()
    }

    fn unique<'n>(&mut self, names: impl Iterator<Item = (&'n str, Position)>) {
        let mut seen = BTreeSet::new();
        for (name, position) in names {
            if !seen.insert(name) {
                let message = format!("Two data sets are called `{name}`.");
                let finding = Finding::error("DUPLICATE_DATASET", "datasets", message);
                self.findings.push(finding.with_hint("Give one of them another name.").at(position));
            }
        }
    }

    fn unknown(&mut self, code: &str, what: &str, name: &str, known: &[&str], position: Position) {
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None if known.is_empty() => format!("There is none yet: declare a {what} of that name."),
            None => format!("Known: {}.", known.join(", ")),
        };
        let message = format!("There is no {what} `{name}`.");
        self.findings.push(Finding::error(code, "", message).with_hint(hint).at(position));
    }
}
