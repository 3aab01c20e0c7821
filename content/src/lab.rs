//! A lab of a course: its texts, what a student starts with, its data sets, its rubric, and the solutions that prove it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sandbar_grader::rubric::{self, Check, HintLevel, RightSolution, Rubric, Visibility, WrongSolution};
use sandbar_grader::{LabDefinition, Points, Submission};
use sandbar_labs::authored::{Fields, Node, nearest, yaml};
use sandbar_labs::component::{self, ComponentBytes};
use sandbar_labs::diagnostic::{Finding, Position, Severity};
use sandbar_labs::relation::{Column, Relation};
use sandbar_labs::session::{SIMPLE_TYPES, printed_type};

use sandbar_quizzes::Quiz;

use crate::files::Files;
use crate::{markdown, quiz};

/// A lab's file in its folder.
pub const FILE: &str = "lab.yml";

#[derive(Clone, Debug)]
pub struct Lab {
    pub slug: String,
    /// Of the course: `labs/delta`, or a lesson's exercise.
    pub folder: String,
    pub title: String,
    pub summary: String,
    pub minutes: u32,
    pub introduction_html: String,
    /// What a submission may rely on, one sentence each, as HTML.
    pub promises: Vec<String>,
    pub tasks: Vec<LabTask>,
    pub points: Points,
    /// The files that a student begins with and edits; the notebook comes first.
    pub starter: Vec<StarterFile>,
    /// Files that the course gives and a student reads; grading uses these copies.
    pub given: Vec<StarterFile>,
    /// Tables of a student's workspace from the start.
    pub tables: Vec<(String, Relation)>,
    pub definition: Arc<LabDefinition>,
    pub proof: LabProof,
}

#[derive(Clone, Debug)]
pub struct LabTask {
    pub number: u32,
    pub title: String,
    pub html: String,
    pub points: Points,
    /// What the checks claim, in order.
    pub claims: Vec<Claim>,
    /// From the first level to the last, as HTML. A student gets the text of a level when it is opened.
    pub hints: Vec<(HintLevel, String)>,
}

/// A check as a student may read it before any work is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub check: String,
    pub claim: String,
    pub points: Points,
    pub visibility: Visibility,
    /// How rows are compared and what other data keep to, a sentence each, made from what the check itself reads.
    pub terms: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StarterFile {
    /// The name within a submission: `etl.sql`.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// What the lab shows of itself before it is published.
#[derive(Clone, Debug)]
pub struct LabProof {
    pub starter: Submission,
    pub starter_score: Points,
    pub reference: Submission,
    pub right: Vec<(RightSolution, Submission)>,
    pub wrong: Vec<(WrongSolution, Submission)>,
}

/// Reads the lab in `labs/{slug}`.
///
/// # Errors
/// Every mistake in the lab's file and its data sets, and every file that is missing.
pub fn load(files: &Files, slug: &str) -> Result<Lab, Vec<Finding>> {
    load_from(files, format!("labs/{slug}"), slug)
}

/// Reads the lab in a folder of the course, which calls itself `slug`.
///
/// # Errors
/// As [`load`].
pub fn load_from(files: &Files, folder: String, slug: &str) -> Result<Lab, Vec<Finding>> {
    let file = format!("{folder}/{FILE}");
    let text = files.text(&file).map_err(|finding| vec![finding])?;
    let (rubric, findings) = rubric::parse_all(text, &file);
    let (Some(rubric), Ok(node)) = (rubric, yaml::parse(text)) else { return Err(findings) };
    let mut loader = Loader { files, folder, file, node, findings };
    let lab = loader.lab(slug, rubric);
    if loader.findings.is_empty() { Ok(lab) } else { Err(loader.in_order()) }
}

struct Loader<'a> {
    files: &'a Files,
    folder: String,
    file: String,
    /// What is written in the file.
    node: Node,
    findings: Vec<Finding>,
}

impl Loader<'_> {
    fn lab(&mut self, slug: &str, rubric: Rubric) -> Lab {
        if !rubric.slug.is_empty() && rubric.slug != slug {
            let message = format!("The lab calls itself `{}`, but it belongs to `{slug}`.", rubric.slug);
            let finding = Finding::error("WRONG_SLUG", "slug", message).in_file(&self.file);
            self.findings.push(finding.at(self.node.locate("slug")));
        }
        let datasets: BTreeMap<String, Relation> = rubric
            .datasets
            .iter()
            .filter_map(|(name, path)| self.dataset(name, path).map(|relation| (name.clone(), relation)))
            .collect();
        let starter = self.named_files("starter", &rubric.starter);
        let given = self.named_files("given", &rubric.given);
        let proof = self.proof(&rubric, &starter);
        let components = self.components(&rubric);
        let quizzes = self.quizzes(&rubric);
        let table = |(table, dataset): &(String, String)| Some((table.clone(), datasets.get(dataset)?.clone()));
        let tables = rubric.tables.iter().filter_map(table).collect();
        let given_bytes = given.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect();
        Lab {
            slug: slug.to_owned(),
            folder: self.folder.clone(),
            title: rubric.title.clone(),
            summary: rubric.summary.clone(),
            minutes: rubric.minutes,
            introduction_html: markdown::to_html(&rubric.introduction),
            promises: rubric.promises.iter().map(|promise| markdown::inline_to_html(promise)).collect(),
            tasks: rubric.tasks.iter().map(task).collect(),
            points: rubric.max_score(),
            starter,
            given,
            tables,
            definition: Arc::new(LabDefinition { rubric, datasets, given: given_bytes, components, quizzes }),
            proof,
        }
    }

    /// The instructors' own checks that the rubric names. A finding stands at the check, or in a component's text.
    fn components(&mut self, rubric: &Rubric) -> BTreeMap<String, ComponentBytes> {
        let mut components = BTreeMap::new();
        for (_, check) in rubric.checks() {
            let Some(path) = check.rule.component() else { continue };
            let full = format!("{}/{path}", self.folder);
            let at_check = |finding: Finding| finding.in_file(&self.file).at(check.position);
            let read = match self.files.get(&full) {
                Some(bytes) => component::read(bytes),
                None => Err(self.files.missing(&full)),
            };
            match read {
                Ok(bytes) => {
                    components.insert(path.to_owned(), bytes);
                }
                Err(finding) if finding.line.is_some() => self.findings.push(finding.in_file(full)),
                Err(finding) => self.findings.push(at_check(finding)),
            }
        }
        components
    }

    /// The quizzes whose answers the rubric's checks score. A finding stands at the check, or in the quiz.
    fn quizzes(&mut self, rubric: &Rubric) -> BTreeMap<String, Quiz> {
        let (mut quizzes, mut seen) = (BTreeMap::new(), BTreeSet::new());
        for (_, check) in rubric.checks() {
            let Some(path) = check.rule.quiz().filter(|path| !seen.contains(*path)) else { continue };
            seen.insert(path.to_owned());
            let full = format!("{}/{path}", self.folder);
            match self.files.text(&full) {
                Ok(text) => match quiz::read(text, &full) {
                    Ok(quiz) => {
                        self.findings.extend(quiz::not_in_a_lab(&quiz, &full));
                        quizzes.insert(path.to_owned(), quiz);
                    }
                    Err(findings) => self.findings.extend(findings),
                },
                Err(finding) => self.findings.push(finding.in_file(&self.file).at(check.position)),
            }
        }
        quizzes
    }

    /// The findings by file and place, those of the lab's file first.
    fn in_order(mut self) -> Vec<Finding> {
        let file = self.file;
        self.findings.sort_by_key(|finding| {
            let other = finding.file.clone().filter(|other| *other != file);
            (other, finding.line.unwrap_or_default(), finding.column.unwrap_or_default())
        });
        self.findings
    }

    /// The file that an entry of a map of the lab's file names.
    fn bytes(&mut self, (map, entry): (&str, &str), path: &str) -> Option<Vec<u8>> {
        let full = format!("{}/{path}", self.folder);
        let bytes = self.files.get(&full).map(<[u8]>::to_vec);
        if bytes.is_none() {
            let entries = self.node.get(map).map(Node::entries).unwrap_or_default();
            let position = entries.iter().find(|written| written.key == entry).map(|written| written.value.position);
            let finding = self.files.missing(&full).in_file(&self.file);
            self.findings.push(finding.at(position.unwrap_or(self.node.position)));
        }
        bytes
    }

    fn named_files(&mut self, map: &str, named: &[(String, String)]) -> Vec<StarterFile> {
        let file = |(name, path): &(String, String)| {
            self.bytes((map, name), path).map(|bytes| StarterFile { path: name.clone(), bytes })
        };
        named.iter().filter_map(file).collect()
    }

    fn dataset(&mut self, name: &str, path: &str) -> Option<Relation> {
        let full = format!("{}/{path}", self.folder);
        let bytes = self.bytes(("datasets", name), path)?;
        let read = match std::str::from_utf8(&bytes) {
            Ok(text) => dataset(text),
            Err(_) => Err(vec![Finding::error("NOT_UTF8", "", "This file is not text in UTF-8.")]),
        };
        match read {
            Ok(relation) => Some(relation),
            Err(findings) => {
                self.findings.extend(findings.into_iter().map(|finding| finding.in_file(&full)));
                None
            }
        }
    }

    fn proof(&mut self, rubric: &Rubric, starter: &[StarterFile]) -> LabProof {
        let files = starter.iter().map(|file| (file.path.clone(), file.bytes.clone())).collect();
        let starter = Submission { name: "starter".to_owned(), files };
        if rubric.public_part_of.is_some() {
            let (starter_score, reference) = (Points::ZERO, Submission::default());
            return LabProof { starter, starter_score, reference, right: Vec::new(), wrong: Vec::new() };
        }
        let base = BTreeMap::new();
        let reference = self.solution(&rubric.proof.reference, &base, self.node.locate("proof.reference"));
        let overlay = if rubric.submission.notebook.is_some() { reference.files.clone() } else { base };
        let right = rubric.proof.right.iter().map(|solution| {
            let submission = self.solution(&solution.path, &overlay, solution.position);
            (solution.clone(), submission)
        });
        let right = right.collect();
        let wrong = rubric.proof.wrong.iter().map(|solution| {
            let submission = self.solution(&solution.path, &overlay, solution.position);
            (solution.clone(), submission)
        });
        let wrong = wrong.collect();
        // Where there is no reference, that is told already.
        let lacks = |path: &&String| !reference.files.is_empty() && !reference.files.contains_key(*path);
        for path in rubric.proof.mutate_files.iter().filter(lacks) {
            let message = format!("`mutate_files` names `{path}`, which the reference does not have.");
            let finding = Finding::error("MISSING_FILE", "proof.mutate_files", message).in_file(&self.file);
            self.findings.push(finding.at(self.node.locate("proof.mutate_files")));
        }
        LabProof { starter, starter_score: rubric.proof.starter_score, reference, right, wrong }
    }

    /// A file, or a folder whose files replace those of `base`.
    fn solution(&mut self, path: &str, base: &BTreeMap<String, Vec<u8>>, position: Position) -> Submission {
        let full = format!("{}/{path}", self.folder);
        let mut files = base.clone();
        if let Some(bytes) = self.files.get(&full) {
            let name = full.rsplit('/').next().unwrap_or_default().to_owned();
            files.insert(name, bytes.to_vec());
        } else {
            let found: Vec<_> =
                self.files.below(&full).map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect();
            // A path that is missing is told already, and so is an empty one.
            if path.is_empty() {
                return Submission { name: path.to_owned(), files };
            }
            if found.is_empty() {
                let finding = self.files.missing(&full).in_file(&self.file);
                self.findings.push(finding.at(position));
            }
            files.extend(found);
        }
        Submission { name: path.to_owned(), files }
    }
}

fn task(task: &rubric::Task) -> LabTask {
    LabTask {
        number: task.number,
        title: task.title.clone(),
        html: markdown::to_html(&task.text),
        points: task.points,
        claims: task.checks.iter().map(claim).collect(),
        hints: task.hints.iter().map(|hint| (hint.level, markdown::to_html(&hint.text))).collect(),
    }
}

fn claim(check: &Check) -> Claim {
    let contract = check.rule.reference().map(|reference| reference.contract().sentence());
    Claim {
        check: check.id.clone(),
        claim: check.claim.clone(),
        points: check.points,
        visibility: check.visibility,
        terms: contract.into_iter().chain(check.rule.data_sentence()).collect(),
    }
}

/// A data set: `columns: {name: TYPE}` and `rows: [[…]]`.
///
/// # Errors
/// Every row that does not fit its columns, with its line.
pub fn dataset(text: &str) -> Result<Relation, Vec<Finding>> {
    let node = yaml::parse(text).map_err(|finding| vec![finding])?;
    let mut findings = Vec::new();
    let mut relation = Relation::default();
    if let Some(mut fields) = Fields::of(&node, "", &mut findings) {
        relation.columns = read_columns(&mut fields, &mut findings);
        // Also those whose type is none: the rows have a value for each.
        let columns = fields.node("columns").map(Node::entries).unwrap_or_default().len();
        if columns == 0 && findings.is_empty() {
            let message = "A data set has at least one column: `columns: { name: STRING }`.";
            findings.push(Finding::error("MISSING_FIELD", "columns", message).at(node.locate("columns")));
        }
        for (path, row) in fields.list("rows", &mut findings).into_iter().filter(|_| columns > 0) {
            match read_row(row, columns) {
                Ok(values) => relation.rows.push(values),
                Err(message) => findings.push(Finding::error("WRONG_ROW", path, message).at(row.position)),
            }
        }
        fields.finish_as(Severity::Error, &mut findings);
    }
    if findings.is_empty() { Ok(relation) } else { Err(findings) }
}

/// Columns with their types as the engine prints them.
fn read_columns(fields: &mut Fields<'_>, findings: &mut Vec<Finding>) -> Vec<Column> {
    let pairs = fields.text_map("columns", findings);
    let entries = fields.node("columns").map(Node::entries).unwrap_or_default();
    let mut columns = Vec::new();
    for (name, written) in pairs {
        match printed_type(&written) {
            Ok(printed) => columns.push(Column::new(name, printed)),
            Err(fault) => {
                let message = format!("`{written}` is not a type of a column.");
                let mut finding = Finding::error("UNKNOWN_NAME", format!("columns.{name}"), message);
                let near = nearest(&written, SIMPLE_TYPES.iter().copied());
                finding.hint = near.map(|near| format!("Did you mean `{near}`?")).or_else(|| fault.hint.clone());
                let entry = entries.iter().find(|entry| entry.key == name);
                findings.push(entry.map_or(finding.clone(), |entry| finding.at(entry.value.position)));
                // It is a column all the same: the rows have a value for it.
                columns.push(Column::new(name, written));
            }
        }
    }
    columns
}

fn read_row(row: &Node, columns: usize) -> Result<Vec<serde_json::Value>, String> {
    let values: Vec<serde_json::Value> = row.elements().iter().map(Node::to_json).collect();
    if values.len() == columns {
        Ok(values)
    } else {
        Err(format!("The row has {} values for {columns} columns.", values.len()))
    }
}

#[cfg(test)]
mod tests;
