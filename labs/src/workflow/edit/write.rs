//! Operations on the text. Each gives the whole new text, or `None` where the way of writing is not understood.

use std::collections::HashSet;
use std::ops::Range;

use super::source::{Edit, Source};
use super::{Syntax, dependencies, key_of, parse, settings, task};
use crate::authored::{Entry, Node, Value, yaml};

/// A word as a value that reads as that very text.
pub fn scalar(word: &str, syntax: Syntax) -> String {
    let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    let reads_back = || yaml::parse(word).is_ok_and(|node| node.as_text() == Some(word));
    if syntax == Syntax::Yaml && plain && reads_back() { word.to_owned() } else { quoted(word) }
}

fn quoted(word: &str) -> String {
    serde_json::Value::from(word).to_string()
}

/// `name: value` as the syntax writes it.
fn pair(name: &str, value: &str, syntax: Syntax) -> String {
    match syntax {
        Syntax::Yaml => format!("{name}: {value}"),
        Syntax::Json => format!("\"{name}\": {value}"),
    }
}

/// `{ name: value }`, with the space that people give YAML.
fn braced(inside: &str, syntax: Syntax) -> String {
    match syntax {
        Syntax::Yaml => format!("{{ {inside} }}"),
        Syntax::Json => format!("{{{inside}}}"),
    }
}

pub fn set(text: &str, syntax: Syntax, key: &str, name: &str, value: Option<String>) -> Option<String> {
    let root = parse(text, syntax).ok()?;
    let (source, task) = (Source::new(text, syntax), task(&root, key)?);
    match value {
        Some(value) => set_entry(&source, task, name, &value),
        None if task.get(name).is_none() => Some(text.to_owned()),
        None => remove_entry(&source, task, name),
    }
}

/// What the task waits for already stays where it is.
pub fn add_dependencies(text: &str, syntax: Syntax, key: &str, add: &[String]) -> Option<String> {
    if add.is_empty() {
        return Some(text.to_owned());
    }
    let root = parse(text, syntax).ok()?;
    let (source, task) = (Source::new(text, syntax), task(&root, key)?);
    let mut known: HashSet<&str> = dependencies(task).iter().filter_map(key_of).collect();
    let new = add.iter().filter(|on| known.insert(on.as_str()));
    let insides: Vec<String> = new.map(|on| pair("task_key", &scalar(on, syntax), syntax)).collect();
    if insides.is_empty() {
        return Some(text.to_owned());
    }
    let items: Vec<String> = insides.iter().map(|inside| braced(inside, syntax)).collect();
    match task.get("depends_on") {
        Some(list) if !list.elements().is_empty() => {
            if source.is_flow(list) {
                add_in_flow(&source, list, &items)
            } else {
                add_lines(&source, list, &insides.into_iter().map(|inside| vec![inside]).collect::<Vec<_>>())
            }
        }
        _ => set_entry(&source, task, "depends_on", &format!("[{}]", items.join(", "))),
    }
}

/// The same name may stand there twice; all of them go.
pub fn remove_dependencies(text: &str, syntax: Syntax, key: &str, remove: &[String]) -> Option<String> {
    if remove.is_empty() {
        return Some(text.to_owned());
    }
    let root = parse(text, syntax).ok()?;
    let (source, task) = (Source::new(text, syntax), task(&root, key)?);
    let (all, gone) = (dependencies(task), remove.iter().map(String::as_str).collect::<HashSet<_>>());
    let is_gone = |index: &usize| key_of(&all[*index]).is_some_and(|on| gone.contains(on));
    let indexes: Vec<usize> = (0..all.len()).filter(is_gone).collect();
    if indexes.is_empty() {
        return Some(text.to_owned());
    }
    if indexes.len() == all.len() {
        return remove_entry(&source, task, "depends_on");
    }
    let list = task.get("depends_on")?;
    if source.is_flow(list) {
        return remove_in_flow(&source, list, &indexes);
    }
    let lines: Option<Vec<Edit>> = indexes.iter().map(|&index| element_removed(&source, &all[index])).collect();
    Some(source.edited(&lines?))
}

pub fn add_task(text: &str, syntax: Syntax, key: &str, notebook: Option<&str>) -> Option<String> {
    let root = parse(text, syntax).ok()?;
    let (source, settings) = (Source::new(text, syntax), settings(&root)?);
    let lines = new_task(syntax, key, notebook);
    let item = braced(&lines.join(", "), syntax);
    match settings.get("tasks") {
        Some(list) if !list.elements().is_empty() => {
            if source.is_flow(list) {
                add_in_flow(&source, list, &[item])
            } else {
                add_lines(&source, list, &[lines])
            }
        }
        _ if source.is_flow(settings) => set_entry(&source, settings, "tasks", &format!("[{item}]")),
        _ => {
            let column = source.column(source.at(settings.entries().first()?.key_position)?).0;
            let indent = " ".repeat(column + 2);
            let lines = lines.join(&format!("\n{indent}  "));
            set_entry(&source, settings, "tasks", &format!("\n{indent}- {lines}"))
        }
    }
}

/// The settings of a new task, each as a line.
fn new_task(syntax: Syntax, key: &str, notebook: Option<&str>) -> Vec<String> {
    let work = notebook.map(|path| {
        let path = pair("notebook_path", &scalar(path, syntax), syntax);
        pair("notebook_task", &braced(&path, syntax), syntax)
    });
    std::iter::once(pair("task_key", &scalar(key, syntax), syntax)).chain(work).collect()
}

/// The smallest job, below the comments of a text that has nothing else.
pub fn first_task(text: &str, syntax: Syntax, key: &str, notebook: Option<&str>) -> String {
    let lines = new_task(syntax, key, notebook);
    let comments = text.trim_end();
    let gap = if comments.is_empty() { "" } else { "\n" };
    match syntax {
        Syntax::Yaml => format!("{comments}{gap}tasks:\n  - {}\n", lines.join("\n    ")),
        Syntax::Json => format!("{{\n  \"tasks\": [\n    {{ {} }}\n  ]\n}}\n", lines.join(", ")),
    }
}

/// Where a task stands that has lines of its own, with the comments that are its own; `None` for one in brackets.
pub fn own_lines(text: &str, syntax: Syntax, key: &str) -> Option<Range<usize>> {
    let root = parse(text, syntax).ok()?;
    let source = Source::new(text, syntax);
    let list = settings(&root)?.get("tasks").filter(|list| !source.is_flow(list))?;
    lines_with_own_comments(&source, list.elements().iter().find(|task| key_of(task) == Some(key))?)
}

/// Its comments are those in its lines, and those right above it that begin where it does.
fn lines_with_own_comments(source: &Source<'_>, element: &Node) -> Option<Range<usize>> {
    let (dash, first, last) = element_lines(source, element)?;
    source.line(first).get(..dash)?.trim().is_empty().then_some(())?;
    let is_own =
        |line: &&str| line.get(..dash).is_some_and(|space| space.trim().is_empty()) && line[dash..].starts_with('#');
    let above = (0..first).rev().map(|line| source.line(line)).take_while(is_own).count();
    Some(source.line_start(first - above)..source.line_start(last + 1))
}

pub fn remove_task(text: &str, syntax: Syntax, key: &str) -> Option<String> {
    let root = parse(text, syntax).ok()?;
    let (source, settings) = (Source::new(text, syntax), settings(&root)?);
    let list = settings.get("tasks")?;
    let index = list.elements().iter().position(|task| key_of(task) == Some(key))?;
    if source.is_flow(list) {
        return remove_in_flow(&source, list, &[index]);
    }
    let removed = source.edited(&[(lines_with_own_comments(&source, &list.elements()[index])?, String::new())]);
    if list.elements().len() > 1 {
        return Some(removed);
    }
    // Without its last entry the list would be nothing at all.
    let after = parse(&removed, syntax).ok()?;
    set_entry(&Source::new(&removed, syntax), super::settings(&after)?, "tasks", "[]")
}

/// Gives an entry of a map its value; a new one stands behind the key of the task, or at the map's end.
fn set_entry(source: &Source<'_>, map: &Node, name: &str, value: &str) -> Option<String> {
    if let Some(entry) = map.entries().iter().find(|entry| entry.key == name) {
        let colon = source.after_colon(entry)?;
        let space = if value.starts_with('\n') { "" } else { " " };
        if source.is_absent(&entry.value, colon) {
            return Some(source.replaced(colon..colon, &format!("{space}{value}")));
        }
        let (start, end) = (source.at(entry.value.position)?, source.end(&entry.value, source.is_flow(map))?);
        // A value that goes on below leaves no space at the end of the line.
        let start = if space.is_empty() { colon } else { start };
        return Some(source.replaced(start..end, value));
    }
    let new = match (value.starts_with('\n'), source.syntax) {
        (true, _) => format!("{name}:{value}"),
        (false, syntax) => pair(name, value, syntax),
    };
    if source.is_flow(map) {
        return add_in_flow(source, map, &[new]);
    }
    let entries = map.entries();
    let after = entries.iter().find(|entry| name == "depends_on" && entry.key == "task_key").or(entries.last())?;
    let (column, _) = source.column(source.at(after.key_position)?);
    let last = entry_lines(source, after)?.1;
    Some(with_lines(source, last, &format!("{}{new}", " ".repeat(column))))
}

/// Puts lines behind a line.
fn with_lines(source: &Source<'_>, last: usize, lines: &str) -> String {
    let end = source.line_start(last) + source.line(last).len();
    source.replaced(end..end, &format!("\n{lines}"))
}

/// The first and the last line of an entry in a block.
fn entry_lines(source: &Source<'_>, entry: &Entry) -> Option<(usize, usize)> {
    let (column, first) = source.column(source.at(entry.key_position)?);
    let is_list = matches!(entry.value.value, Value::List(_));
    let starts_below =
        source.rest(source.after_colon(entry)?).split('\n').next()?.split(" #").next()?.trim().is_empty();
    Some((first, source.last_line(first, column, is_list && starts_below)))
}

/// The column of an element's dash, and its lines.
fn element_lines(source: &Source<'_>, element: &Node) -> Option<(usize, usize, usize)> {
    let (column, first) = source.column(source.at(element.position)?);
    let dash = source.line(first).get(..column)?.trim_end();
    let dash = dash.ends_with('-').then(|| dash.len() - 1)?;
    Some((dash, first, source.last_line(first, dash, false)))
}

/// New elements, each of its lines, at the end of a block of dashes.
fn add_lines(source: &Source<'_>, list: &Node, elements: &[Vec<String>]) -> Option<String> {
    let (dash, _, last) = element_lines(source, list.elements().last()?)?;
    let indent = " ".repeat(dash);
    let element = |lines: &Vec<String>| format!("{indent}- {}", lines.join(&format!("\n{indent}  ")));
    Some(with_lines(source, last, &elements.iter().map(element).collect::<Vec<_>>().join("\n")))
}

fn element_removed(source: &Source<'_>, element: &Node) -> Option<Edit> {
    let (dash, first, last) = element_lines(source, element)?;
    source.line(first).get(..dash)?.trim().is_empty().then(|| lines_removed(source, first, last, dash))
}

/// Takes lines out and leaves their comments, each on a line of its own.
fn lines_removed(source: &Source<'_>, first: usize, last: usize, column: usize) -> Edit {
    let range = source.line_start(first)..source.line_start(last + 1);
    let kept = source.comments(&range).into_iter().map(|comment| format!("{}{comment}\n", " ".repeat(column)));
    let mut kept: String = kept.collect();
    let ends_open = range.end == source.text.len() && !source.text.ends_with('\n');
    if ends_open {
        kept.truncate(kept.trim_end_matches('\n').len());
    }
    (range, kept)
}

fn remove_entry(source: &Source<'_>, map: &Node, name: &str) -> Option<String> {
    let entries = map.entries();
    let index = entries.iter().position(|entry| entry.key == name)?;
    if source.is_flow(map) {
        return remove_in_flow(source, map, &[index]);
    }
    let start = source.at(entries[index].key_position)?;
    let (column, first) = source.column(start);
    let (_, last) = entry_lines(source, &entries[index])?;
    if source.line(first).get(..column)?.trim().is_empty() {
        return Some(source.edited(&[lines_removed(source, first, last, column)]));
    }
    // On the line of the dash: the next entry takes its place.
    let next = source.at(entries.get(index + 1)?.key_position)?;
    let kept = kept_in(source, &(start..next), column);
    Some(source.replaced(start..next, kept.trim_start()))
}

/// The comments of a range in brackets, each with a line's end behind.
fn kept_in(source: &Source<'_>, range: &Range<usize>, column: usize) -> String {
    let indent = " ".repeat(column);
    source.comments(range).into_iter().map(|comment| format!(" {comment}\n{indent}")).collect()
}

/// Where each child of a collection in brackets begins and ends.
fn children(source: &Source<'_>, collection: &Node) -> Option<Vec<Range<usize>>> {
    let of_element = |node: &Node| Some(source.at(node.position)?..source.end(node, true)?);
    let of_entry = |entry: &Entry| Some(source.at(entry.key_position)?..source.end(&entry.value, true)?);
    match &collection.value {
        Value::List(elements) => elements.iter().map(of_element).collect(),
        Value::Map(entries) => entries.iter().map(of_entry).collect(),
        _ => None,
    }
}

fn add_in_flow(source: &Source<'_>, collection: &Node, items: &[String]) -> Option<String> {
    let open = source.at(collection.position)?;
    let children = children(source, collection)?;
    let Some(last) = children.last() else { return Some(source.replaced(open + 1..open + 1, &items.join(", "))) };
    let before = children.len().checked_sub(2).map_or(open, |index| children[index].start);
    let ((column, line), (_, line_before)) = (source.column(last.start), source.column(before));
    let gap = if line > line_before { format!(",\n{}", " ".repeat(column)) } else { ", ".to_owned() };
    Some(source.replaced(last.end..last.end, &format!("{gap}{}", items.join(&gap))))
}

/// Takes the children of those indexes, which ascend, out with the commas that parted them.
fn remove_in_flow(source: &Source<'_>, collection: &Node, indexes: &[usize]) -> Option<String> {
    let children = children(source, collection)?;
    let mut edits: Vec<Edit> = Vec::new();
    for neighbours in indexes.chunk_by(|one, next| one + 1 == *next) {
        let (&first, &last) = (neighbours.first()?, neighbours.last()?);
        let range = match (first.checked_sub(1), children.get(last + 1)) {
            (Some(before), _) => children[before].end..children.get(last)?.end,
            (None, Some(next)) => children[first].start..next.start,
            (None, None) => children.get(first)?.start..children.get(last)?.end,
        };
        let kept = kept_in(source, &range, source.column(children[first].start).0);
        edits.push((range, kept));
    }
    Some(source.edited(&edits))
}
