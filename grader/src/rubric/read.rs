//! Reads a lab's file. Everything that is wrong is collected; nothing is guessed.

use std::collections::BTreeMap;

use sandbar_labs::authored::{nearest, yaml};
use sandbar_labs::diagnostic::Finding;
use sandbar_labs::relation::Column;

use super::{
    CarryForward, Check, EqualMutant, Moment, Origin, Proof, RelationSource, ReplayForm, RightSolution, Rubric,
    RunForm, RunsForm, Section, SubmissionForm, Task, Visibility, WrongSolution, hints, names,
};
use crate::check;
use crate::points::Points;

/// Parses a lab's file; `file` is the name that findings carry.
///
/// # Errors
/// Every mistake with file, line and column.
pub fn parse(text: &str, file: &str) -> Result<Rubric, Vec<Finding>> {
    match parse_all(text, file) {
        (Some(rubric), findings) if findings.is_empty() => Ok(rubric),
        (_, findings) => Err(findings),
    }
}

/// What can be read of a lab's file, and every mistake in it with file, line and column. What is missing is empty; there is no
/// rubric where the file is no mapping at all.
pub fn parse_all(text: &str, file: &str) -> (Option<Rubric>, Vec<Finding>) {
    let mut findings = Vec::new();
    let rubric = match yaml::parse(text) {
        Ok(node) => Section::of(&node, "", text, &mut findings).map(read),
        Err(finding) => {
            findings.push(finding);
            None
        }
    };
    (rubric, findings.into_iter().map(|finding| finding.in_file(file)).collect())
}

fn read(mut section: Section<'_, '_>) -> Rubric {
    let schemas = read_schemas(&mut section);
    let public_part_of = section.node("public_part_of").is_some().then(|| section.points("public_part_of"));
    let is_told = public_part_of.is_some() && section.node("public_points").is_some();
    let public_points = is_told.then(|| section.points("public_points"));
    let mut unread = Vec::new();
    let rubric = Rubric {
        slug: section.required("slug"),
        title: section.required("title"),
        summary: section.required("summary"),
        minutes: u32::try_from(section.count("minutes", 60)).unwrap_or(u32::MAX),
        introduction: section.text("introduction").unwrap_or_default(),
        promises: section.texts("promises"),
        submission: read_form(&mut section),
        starter: section.text_map("starter"),
        given: section.text_map("given"),
        datasets: section.text_map("datasets"),
        tables: section.text_map("tables"),
        relations: read_relations(&mut section, &schemas),
        replays: read_replays(&mut section),
        tasks: read_tasks(&mut section, &mut unread),
        proof: if public_part_of.is_some() { Proof::default() } else { read_proof(&mut section) },
        public_part_of,
        public_points,
    };
    names::check(&rubric, &unread, &mut section);
    section.finish();
    rubric
}

fn read_schemas(section: &mut Section<'_, '_>) -> BTreeMap<String, Vec<Column>> {
    let mut schemas = BTreeMap::new();
    section.each_named("schemas", |name, schema| {
        schemas.insert(name.to_owned(), schema.columns("columns"));
    });
    schemas
}

fn read_form(section: &mut Section<'_, '_>) -> SubmissionForm {
    let Some(mut form) = section.section("submission") else {
        section.missing("submission");
        return SubmissionForm::default();
    };
    let read = SubmissionForm {
        notebook: form.text("notebook"),
        titled_tasks: form.flag("titled_tasks"),
        job: form.text("job"),
        dashboard: form.text("dashboard"),
    };
    form.finish();
    read
}

fn read_relations(
    section: &mut Section<'_, '_>,
    schemas: &BTreeMap<String, Vec<Column>>,
) -> BTreeMap<String, RelationSource> {
    let mut relations = BTreeMap::new();
    section.each_named("relations", |name, relation| {
        let columns = match relation.text("schema") {
            Some(schema) if !schemas.contains_key(&schema) => {
                relation.unknown("schema", &schema, &schemas.keys().map(String::as_str).collect::<Vec<_>>());
                Vec::new()
            }
            Some(schema) => schemas[&schema].clone(),
            None => Vec::new(),
        };
        relations.insert(name.to_owned(), RelationSource { origin: read_origin(relation), columns });
    });
    relations
}

/// What could not be read is told, and stands for some table, so that its name is known.
fn read_origin(relation: &mut Section<'_, '_>) -> Origin {
    let (table, view, dataset) = (relation.filled("table"), relation.filled("view"), relation.filled("dataset"));
    let moment = relation.text("at");
    match (table, view, dataset) {
        (Some(table), None, None) => {
            let at = moment.as_deref().and_then(read_moment);
            match moment.as_deref().filter(|moment| nearest(moment, MOMENTS).is_some()) {
                _ if at.is_some() => {}
                Some(misspelt) => relation.unknown("at", misspelt, &MOMENTS),
                None => relation.wrong("at", "`at` must be `before`, `after` or `end of task N`.".to_owned()),
            }
            Origin::Table { table, at: at.unwrap_or(Moment::Before) }
        }
        (None, Some(view), None) => Origin::View { view },
        (None, None, Some(dataset)) => Origin::Dataset { dataset },
        _ => {
            relation.wrong("table", "A relation is one of `table`, `view` and `dataset`.".to_owned());
            Origin::Table { table: String::new(), at: Moment::Before }
        }
    }
}

const MOMENTS: [&str; 3] = ["before", "after", "end of task 1"];

fn read_moment(text: &str) -> Option<Moment> {
    match text {
        "before" => Some(Moment::Before),
        "after" => Some(Moment::After),
        other => other.strip_prefix("end of task ")?.parse().ok().map(Moment::EndOf),
    }
}

fn read_replays(section: &mut Section<'_, '_>) -> Vec<ReplayForm> {
    let mut replays = Vec::new();
    section.each("replays", |replay| {
        let name = replay.required("name");
        let tables = replay.text_map("tables");
        let runs = if replay.flag("dashboard") {
            RunsForm::Dashboard
        } else {
            let mut runs = Vec::new();
            replay.each("runs", |run| {
                let parameters = run.text_map("parameters");
                let meaning = run.text_map("meaning");
                runs.push(RunForm {
                    meaning: if meaning.is_empty() { parameters.clone() } else { meaning },
                    parameters,
                });
            });
            RunsForm::Notebook(if runs.is_empty() { vec![RunForm::default()] } else { runs })
        };
        replays.push(ReplayForm { name, tables, runs });
    });
    replays
}

/// The tasks; `unread` gets the ids of checks that cannot be read, which are known names all the same.
fn read_tasks(section: &mut Section<'_, '_>, unread_ids: &mut Vec<String>) -> Vec<Task> {
    let mut tasks = Vec::new();
    section.each("tasks", |task| {
        let number = u32::try_from(task.count("number", 0)).unwrap_or_default();
        let title = task.required("title");
        let (text, points) = (task.required("text"), task.points_if_read("points"));
        let (mut checks, mut unread) = (Vec::new(), points.is_none());
        let points = points.unwrap_or(Points::ZERO);
        task.each("checks", |check| match read_check(check) {
            Read::Whole(check) => checks.push(check),
            Read::WithoutPoints(check) => {
                checks.push(check);
                unread = true;
            }
            Read::Not(id) => {
                unread_ids.push(id);
                unread = true;
            }
        });
        let sum: Points = checks.iter().map(|check: &Check| check.points).sum();
        if number == 0 {
            task.missing("number");
        }
        // What a check that cannot be read is worth is not known.
        if sum != points && !checks.is_empty() && !unread {
            task.wrong("points", format!("Task {number} has {points} points, but its checks add up to {sum}."));
        }
        if checks.is_empty() && !unread {
            task.wrong("checks", format!("Task {number} has no check, so nothing would be graded."));
        }
        let hints = hints::read(task);
        let carry_forward = task.section("carry_forward").map(|mut section| {
            let read = CarryForward {
                needs: section.texts("needs"),
                holds: section.texts("holds"),
                holds_if_stopped: section.texts("holds_if_stopped"),
                keeps: section.texts("keeps"),
                written: section.text("written"),
                sql: section.script("sql"),
            };
            section.finish();
            read
        });
        tasks.push(Task { number, title, text, points, checks, hints, carry_forward });
    });
    tasks
}

/// How much of a check can be read.
enum Read {
    Whole(Check),
    /// What it is worth is not known, and so is nothing that follows from it.
    WithoutPoints(Check),
    /// Nothing but its id.
    Not(String),
}

fn read_check(section: &mut Section<'_, '_>) -> Read {
    let (id, kind) = (section.required("id"), section.required("kind"));
    let (points, claim) = (section.points_if_read("points"), section.required("claim"));
    let next_step = section.required("next_step");
    let needs = section.texts("needs");
    let visibility = match section.text("visibility").as_deref() {
        None | Some("public") => Visibility::Public,
        Some("hidden") => Visibility::Hidden,
        Some(other) => {
            section.unknown("visibility", other, &["public", "hidden"]);
            Visibility::Hidden
        }
    };
    let Some(rule) = check::read(&kind, section) else { return Read::Not(id) };
    let position = section.position();
    let check = |points| Check { id, kind, points, claim, next_step, needs, visibility, rule: rule.clone(), position };
    let Some(points) = points else { return Read::WithoutPoints(check(Points::ZERO)) };
    let mistakes = rule.reference().into_iter().flat_map(|reference| reference.mistakes());
    for mistake in mistakes.filter(|mistake| mistake.earns > Points::ZERO && mistake.earns >= points) {
        let message = format!("The mistake `{}` earns {}, no less than the whole check.", mistake.key, mistake.earns);
        section.wrong("mistakes", message);
    }
    let left = rule.form_earns().filter(|(_, earned)| *earned > Points::ZERO && *earned >= points);
    if let Some((field, earned)) = left {
        section.wrong(field, format!("`{field}` is {earned}, no less than the whole check."));
    }
    Read::Whole(check(points))
}

fn read_proof(section: &mut Section<'_, '_>) -> Proof {
    let Some(mut proof) = section.section("proof") else {
        section.missing("proof");
        return Proof::default();
    };
    let position = proof.position();
    let mut wrong = Vec::new();
    let starter_score = proof.points("starter_score");
    let reference = proof.required("reference");
    let mut right = Vec::new();
    proof.each("right", |solution| {
        right.push(RightSolution { position: solution.position(), path: solution.required("path") });
    });
    let (mutate, mutate_files) = (proof.counts("mutate"), proof.texts("mutate_files"));
    let mut equal = Vec::new();
    proof.each("equal", |mutant| {
        let position = mutant.position();
        equal.push(EqualMutant { position, mutant: mutant.required("mutant"), why: mutant.required("why") });
    });
    proof.each("wrong", |solution| {
        let position = solution.position();
        let (path, score) = (solution.required("path"), solution.points("score"));
        wrong.push(WrongSolution { path, score, feedback: solution.texts("feedback"), position });
    });
    proof.finish();
    Proof { starter_score, reference, position, right, wrong, mutate, mutate_files, equal }
}
