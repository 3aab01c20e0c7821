//! Names in a lab's file that refer to something else in it, and names that must occur once.
//!
//! Invariant: a slip is told once, where it was made. What could not be read is told already, and its name counts as known.

use std::collections::BTreeSet;

use super::{Check, Moment, Origin, Rubric, Section, Visibility};
use crate::check::{self, did_you_mean};

/// `unread`: ids of checks that are there and cannot be read.
pub fn check(rubric: &Rubric, unread: &[String], section: &mut Section<'_, '_>) {
    datasets(rubric, section);
    moments(rubric, section);
    once(rubric, section);
    carried(rubric, unread, section);
    of_checks(rubric, unread, section);
}

/// Data sets that tables are made of, in the workspace and in replays.
fn datasets(rubric: &Rubric, section: &mut Section<'_, '_>) {
    let known: Vec<&str> = rubric.datasets.iter().map(|(name, _)| name.as_str()).collect();
    let of_workspace = rubric.tables.iter().map(|used| (String::new(), used));
    let replays = rubric.replays.iter().enumerate();
    let of_replays =
        replays.flat_map(|(at, replay)| replay.tables.iter().map(move |used| (format!("replays[{at}]."), used)));
    for (place, (table, dataset)) in
        of_workspace.chain(of_replays).filter(|(_, used)| !known.contains(&used.1.as_str()))
    {
        let path = format!("{place}tables.{table}");
        let message = format!("There is no data set `{dataset}`.");
        section.unknown_at(path.clone(), section.locate(&path), message, dataset, &known);
    }
}

/// Tasks at whose end a relation is taken.
fn moments(rubric: &Rubric, section: &mut Section<'_, '_>) {
    for (name, source) in &rubric.relations {
        let Origin::Table { at: Moment::EndOf(task), .. } = source.origin else { continue };
        if !rubric.tasks.iter().any(|known| known.number == task) {
            let path = format!("relations.{name}.at");
            let numbers: Vec<String> = rubric.tasks.iter().map(|task| format!("end of task {}", task.number)).collect();
            let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
            let message = format!("There is no task {task}.");
            section.unknown_at(path.clone(), section.locate(&path), message, "", &numbers);
        }
    }
}

fn once(rubric: &Rubric, section: &mut Section<'_, '_>) {
    let mut seen = BTreeSet::new();
    for (_, check) in rubric.checks().filter(|(_, check)| !seen.insert(check.id.as_str())) {
        section.wrong_at(check.position, "tasks", format!("Two checks have the id `{}`.", check.id));
    }
    let mut numbers = BTreeSet::new();
    for (at, task) in rubric.tasks.iter().enumerate().filter(|(_, task)| !numbers.insert(task.number)) {
        let position = section.locate(&format!("tasks[{at}].number"));
        section.wrong_at(position, "tasks", format!("There are two tasks {}.", task.number));
    }
}

/// What the repair of a task looks at.
fn carried(rubric: &Rubric, unread: &[String], section: &mut Section<'_, '_>) {
    let relations: Vec<&str> = rubric.relations.keys().map(String::as_str).collect();
    for (at, task) in rubric.tasks.iter().enumerate() {
        let Some(carry) = &task.carry_forward else { continue };
        let ids: Vec<&str> = task.checks.iter().map(|check| &check.id).chain(unread).map(String::as_str).collect();
        let tables: Vec<&str> = rubric.relations.values().filter_map(|relation| relation.origin.table()).collect();
        let lists = [
            ("keeps", &carry.keeps, &tables, "no table that a relation of this lab reads"),
            ("needs", &carry.needs, &relations, "no relation of this lab"),
            ("holds", &carry.holds, &ids, "no check of this task"),
            ("holds_if_stopped", &carry.holds_if_stopped, &ids, "no check of this task"),
        ];
        for (field, names, known, what) in lists {
            for (nth, name) in names.iter().enumerate().filter(|(_, name)| !known.contains(&name.as_str())) {
                let path = format!("tasks[{at}].carry_forward.{field}[{nth}]");
                let message = format!("`{name}` is {what}.");
                section.unknown_at(path.clone(), section.locate(&path), message, name, known);
            }
        }
        let Some(name) = &carry.written else { continue };
        let path = format!("tasks[{at}].carry_forward.written");
        match rubric.relations.get(name) {
            None => {
                let message = format!("`{name}` is no relation of this lab.");
                section.unknown_at(path.clone(), section.locate(&path), message, name, &relations);
            }
            Some(relation) if relation.origin.own().is_none() => {
                let message = format!("`{name}` is a data set, which no student writes. Name a table or a view.");
                section.wrong_at(section.locate(&path), "tasks", message);
            }
            Some(relation) if relation.columns.is_empty() => {
                let message =
                    format!("`{name}` has no schema, so rows that a student wrote cannot be told. Give it one.");
                section.wrong_at(section.locate(&path), "tasks", message);
            }
            Some(_) => {}
        }
    }
}

/// What checks say of other checks, of relations, tasks and replays.
fn of_checks(rubric: &Rubric, unread: &[String], section: &mut Section<'_, '_>) {
    let ids: Vec<&str> = rubric.checks().map(|(_, check)| check.id.as_str()).collect();
    let unread: Vec<&str> = unread.iter().map(String::as_str).collect();
    let all: Vec<&str> = ids.iter().chain(&unread).copied().collect();
    let replays: Vec<&str> = rubric.replays.iter().map(|replay| replay.name.as_str()).collect();
    let relations: Vec<&str> = rubric.relations.keys().map(String::as_str).collect();
    let tasks: Vec<u32> = rubric.tasks.iter().map(|task| task.number).collect();
    let known = check::Known { checks: &all, replays: &replays, relations: &relations, tasks: &tasks };
    for (index, (_, check)) in rubric.checks().enumerate() {
        let is_known = |needed: &str| ids[..index].contains(&needed) || unread.contains(&needed);
        for needed in check.needs.iter().filter(|needed| !is_known(needed)) {
            let hint = did_you_mean(needed, &ids[..index]);
            let message = format!("Check `{}` needs `{needed}`, which is no check before it.{hint}", check.id);
            section.wrong_at(check.position, "tasks", message);
        }
        if let Some(hidden) = hidden_need(rubric, check) {
            let message = format!("Check `{}` is public and needs `{hidden}`, which is hidden.", check.id);
            section.wrong_at(check.position, "tasks", format!("{message} Nobody could see it hold before handing in."));
        }
        for message in check.rule.unknown_names(&known) {
            section.wrong_at(check.position, "tasks", format!("Check `{}`: {message}", check.id));
        }
    }
}

/// A hidden check that a public one needs.
fn hidden_need<'a>(rubric: &Rubric, check: &'a Check) -> Option<&'a String> {
    let is_hidden =
        |id: &&String| rubric.checks().any(|(_, other)| other.id == **id && other.visibility == Visibility::Hidden);
    check.needs.iter().find(is_hidden).filter(|_| check.visibility == Visibility::Public)
}
