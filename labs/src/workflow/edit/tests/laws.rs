//! What holds for every operation on every job, however the job is written.

use proptest::prelude::*;

use super::*;
use crate::workflow::{self, Job};

#[derive(Clone, Debug)]
struct TaskForm {
    /// Indexes of tasks before it.
    waits: Vec<usize>,
    run_if: bool,
    retries: Option<i64>,
    quoted: bool,
    /// How the dependencies are written.
    style: u8,
    in_brackets: bool,
    key_first: bool,
    refers: bool,
    comments: u8,
}

#[derive(Clone, Debug)]
struct JobForm {
    tasks: Vec<TaskForm>,
    bundle: bool,
    /// Columns between `tasks` and its dashes.
    dash: usize,
    blank_lines: bool,
}

fn task_forms() -> impl Strategy<Value = TaskForm> {
    let flags = (any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), any::<bool>(), any::<bool>());
    (prop::collection::btree_set(0..6_usize, 0..4), prop::option::of(0..5_i64), flags, 0..4_u8, any::<u8>()).prop_map(
        |(waits, retries, (run_if, quoted, in_brackets, key_first, refers), style, comments)| TaskForm {
            waits: waits.into_iter().collect(),
            run_if,
            retries,
            quoted,
            style,
            in_brackets,
            key_first,
            refers,
            comments,
        },
    )
}

fn job_forms() -> impl Strategy<Value = JobForm> {
    let tasks = prop::collection::vec(task_forms(), 1..6);
    (tasks, any::<bool>(), prop::sample::select(vec![0, 2, 4]), any::<bool>())
        .prop_map(|(tasks, bundle, dash, blank_lines)| JobForm { tasks, bundle, dash, blank_lines })
}

/// Writes a form as YAML, with comments that are all different.
struct Writer {
    text: String,
    comments: usize,
}

impl Writer {
    fn comment(&mut self, wanted: bool) -> String {
        self.comments += usize::from(wanted);
        if wanted { format!(" # c{}: 'x", self.comments) } else { String::new() }
    }

    fn line(&mut self, indent: usize, words: &str, commented: bool) {
        let comment = self.comment(commented);
        self.text.push_str(&format!("{}{words}{comment}\n", " ".repeat(indent)));
    }

    fn job(mut self, form: &JobForm) -> String {
        let indent = if form.bundle { 6 } else { 0 };
        if form.bundle {
            self.text.push_str("resources:\n  jobs:\n    nightly: # the job\n");
        }
        self.line(indent, "name: \"night # ly\"", true);
        self.line(indent, "tasks:", true);
        for (index, task) in form.tasks.iter().enumerate() {
            if form.blank_lines {
                self.text.push('\n');
            }
            self.task(indent + form.dash, index, task);
        }
        self.line(indent, "max_concurrent_runs: 1", true);
        self.text
    }

    fn task(&mut self, dash: usize, index: usize, form: &TaskForm) {
        let commented = |bit: u8| form.comments & (1 << bit) != 0;
        if commented(0) {
            self.line(dash, "", true);
        }
        let quote = if form.quoted { "\"" } else { "" };
        let waits: Vec<String> =
            form.waits.iter().filter(|wait| **wait < index).map(|wait| format!("{{ task_key: t{wait} }}")).collect();
        let inner = dash + 2;
        if form.in_brackets {
            let mut parts = vec![format!("task_key: {quote}t{index}{quote}")];
            if !waits.is_empty() {
                parts.push(format!("depends_on: [{}]", waits.join(", ")));
            }
            parts.extend(form.retries.map(|number| format!("max_retries: {number}")));
            return self.line(dash, &format!("- {{ {} }}", parts.join(", ")), commented(1));
        }
        let mut blocks: Vec<Vec<(usize, String)>> = vec![vec![(inner, format!("task_key: {quote}t{index}{quote}"))]];
        blocks.extend((!waits.is_empty()).then(|| dependencies(inner, form.style, &waits)));
        blocks.extend(form.run_if.then(|| vec![(inner, "run_if: ALL_DONE".to_owned())]));
        blocks.extend(form.retries.map(|number| vec![(inner, format!("max_retries: {number}"))]));
        let parameter = if form.refers { "'{{tasks.t0.values.x}} # {{ tasks.t1.result_state }}'" } else { "plain" };
        blocks.push(vec![
            (inner, "notebook_task:".to_owned()),
            (inner + 2, "notebook_path: ./n.sql".to_owned()),
            (inner + 2, format!("base_parameters: {{ p: {parameter} }}")),
        ]);
        if !form.key_first {
            blocks.rotate_left(1);
        }
        for (number, (indent, words)) in blocks.into_iter().flatten().enumerate() {
            let (indent, words) = if number == 0 { (dash, format!("- {words}")) } else { (indent, words) };
            self.line(indent, &words, commented(u8::try_from(number % 7 + 1).unwrap()));
        }
    }
}

fn dependencies(indent: usize, style: u8, waits: &[String]) -> Vec<(usize, String)> {
    let one_line = |wait: &String| wait.trim_matches(['{', '}', ' ']).to_owned();
    match style {
        0 => vec![(indent, format!("depends_on: [{}]", waits.join(", ")))],
        1 => {
            let mut lines = vec![(indent, "depends_on: [".to_owned())];
            lines.extend(waits.iter().map(|wait| (indent + 2, format!("{wait},"))));
            lines.push((indent + 1, "]".to_owned()));
            lines
        }
        _ => {
            let dash = if style == 2 { indent } else { indent + 2 };
            let items = waits.iter().map(|wait| (dash, format!("- {}", one_line(wait))));
            std::iter::once((indent, "depends_on:".to_owned())).chain(items).collect()
        }
    }
}

fn operations() -> impl Strategy<Value = (u8, usize, usize, i64)> {
    (0..9_u8, 0..6_usize, 0..6_usize, -1..100_i64)
}

fn operation((kind, one, other, number): (u8, usize, usize, i64), tasks: usize) -> Operation {
    let task = format!("t{}", one % tasks);
    let on = || format!("t{}", other % tasks);
    let other_on = || format!("t{}", number.unsigned_abs() as usize % tasks);
    match kind {
        0 => Operation::SetDependencies { task, add: vec![on(), other_on()], remove: Vec::new() },
        1 => Operation::SetDependencies { task, add: vec![other_on()], remove: vec![on()] },
        7 => Operation::SetDependencies { task, add: Vec::new(), remove: vec![on(), other_on()] },
        2 => Operation::SetRunIf { task, run_if: RunIf::ALL[other % 6].1 },
        3 => Operation::SetMaxRetries { task, retries: (number >= 0).then_some(number) },
        4 => Operation::SetTimeout { task, seconds: (number >= 0).then_some(number) },
        5 => Operation::AddTask { task: "added".to_owned(), notebook: Some("./n.sql".to_owned()) },
        6 => Operation::RemoveTask { task },
        _ => Operation::RenameTask { task, to: "renamed".to_owned() },
    }
}

/// The job as the typed model has it after the operation: a second opinion on what an operation means.
fn model(mut job: Job, operation: &Operation) -> Job {
    use Operation as Op;
    let place = |job: &Job, key: &str| job.tasks.iter().position(|task| task.task_key == key).unwrap();
    match operation {
        Op::SetDependencies { task, add, remove } => {
            let at = place(&job, task);
            for on in add {
                if !job.tasks[at].depends_on.iter().any(|known| known.task_key == *on) {
                    job.tasks[at].depends_on.push(job::Dependency { task_key: on.clone(), ..Default::default() });
                }
            }
            job.tasks[at].depends_on.retain(|known| !remove.contains(&known.task_key));
        }
        Op::SetRunIf { task, run_if } => {
            let at = place(&job, task);
            job.tasks[at].run_if = *run_if;
        }
        Op::SetMaxRetries { task, retries } => {
            let at = place(&job, task);
            job.tasks[at].max_retries = *retries;
        }
        Op::SetTimeout { task, seconds } => {
            let at = place(&job, task);
            job.tasks[at].timeout_seconds = *seconds;
        }
        Op::RemoveTask { task } => {
            job.tasks.retain(|known| known.task_key != *task);
            job.tasks.iter_mut().for_each(|other| other.depends_on.retain(|known| known.task_key != *task));
        }
        Op::AddTask { .. } | Op::RenameTask { .. } => {}
    }
    job
}

use crate::workflow::job;

/// First and last line of a task in the text, from 0.
fn lines_of(text: &str, key: &str) -> (usize, usize) {
    let root = yaml::parse(text).unwrap();
    let all = tasks(&root);
    let at = all.iter().position(|task| key_of(task) == Some(key)).unwrap();
    let end = all.get(at + 1).map_or(text.lines().count(), |next| next.position.line as usize - 1);
    (all[at].position.line as usize - 1, end)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn an_operation_changes_only_what_it_names(form in job_forms(), chosen in operations()) {
        let before = Writer { text: String::new(), comments: 0 }.job(&form);
        let operation = operation(chosen, form.tasks.len());
        let after = match apply(&before, Syntax::Yaml, &operation) {
            Ok(after) => after,
            Err(Refusal::Itself) => return Ok(()),
            Err(refusal) => return Err(TestCaseError::fail(format!("{operation:?}: {refusal}\n{before}"))),
        };
        let numbered = |text: &str| {
            let comments = text.match_indices("# c").map(|(at, _)| text[at..].split(':').next().unwrap().to_owned());
            comments.collect::<Vec<_>>()
        };
        let gone = match &operation {
            Operation::RemoveTask { task } => write::own_lines(&before, Syntax::Yaml, task).unwrap_or_default(),
            _ => 0..0,
        };
        let kept = format!("{}{}", &before[..gone.start], &before[gone.end..]);
        prop_assert_eq!(numbered(&kept), numbered(&after), "{}", after);
        let read = |text: &str| workflow::check(text, Syntax::Yaml).job.unwrap();
        match &operation {
            Operation::AddTask { task, .. } => {
                let mut job = read(&after);
                prop_assert_eq!(&job.tasks.pop().unwrap().task_key, task);
                prop_assert_eq!(job, read(&before));
            }
            Operation::RenameTask { task, to } => {
                let back = apply(&after, Syntax::Yaml, &Operation::RenameTask { task: to.clone(), to: task.clone() });
                prop_assert_eq!(back, Ok(before));
            }
            _ => prop_assert_eq!(read(&after), model(read(&before), &operation)),
        }
    }

    #[test]
    fn a_change_of_one_task_leaves_the_lines_of_all_others(form in job_forms(), chosen in operations()) {
        let before = Writer { text: String::new(), comments: 0 }.job(&form);
        let operation = operation((chosen.0 % 5, chosen.1, chosen.2, chosen.3), form.tasks.len());
        let task = format!("t{}", chosen.1 % form.tasks.len());
        let Ok(after) = apply(&before, Syntax::Yaml, &operation) else { return Ok(()) };
        let (first, end) = lines_of(&before, &task);
        let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
        prop_assert_eq!(&old[..first], &new[..first]);
        prop_assert_eq!(&old[end..], &new[new.len() - (old.len() - end)..]);
    }

    #[test]
    fn json_stays_json_whatever_is_changed(form in job_forms(), chosen in operations(), pretty: bool) {
        let yaml_text = Writer { text: String::new(), comments: 0 }.job(&form);
        let values = yaml::parse(&yaml_text).unwrap().to_json();
        let before = if pretty { serde_json::to_string_pretty(&values) } else { serde_json::to_string(&values) }.unwrap();
        let operation = operation(chosen, form.tasks.len());
        let after = apply(&before, Syntax::Json, &operation);
        prop_assert!(matches!(after, Ok(_) | Err(Refusal::Itself)), "{operation:?}: {after:?}\n{before}");
    }
}
