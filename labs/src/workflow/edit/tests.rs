use super::*;

mod laws;

const JOB: &str = "\
# The nightly job.
name: nightly
tasks:
  - task_key: etl # first
    notebook_task: { notebook_path: ./etl.sql }
    max_retries: 2 # the source is slow

  # What nobody may see wrong.
  - task_key: quality
    depends_on: [{ task_key: etl }] # always
    notebook_task:
      notebook_path: ./quality.sql
      base_parameters: { rows: '{{tasks.etl.values.rows}}' }
  - task_key: clean_up
    depends_on:
      # after all others
      - task_key: etl
      - task_key: quality # too
    run_if: ALL_DONE
    notebook_task: { notebook_path: ./clean_up.sql }
schedule: { quartz_cron_expression: 0 0 6 * * ?, timezone_id: Europe/Berlin }
";

fn text(key: &str) -> String {
    key.to_owned()
}

fn wait(task: &str, on: &str) -> Operation {
    Operation::SetDependencies { task: text(task), add: vec![text(on)], remove: Vec::new() }
}

fn forget(task: &str, on: &str) -> Operation {
    Operation::SetDependencies { task: text(task), add: Vec::new(), remove: vec![text(on)] }
}

/// Lines that are only in the old text, and those only in the new one.
fn difference<'a>(old: &'a str, new: &'a str) -> (Vec<&'a str>, Vec<&'a str>) {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let end = old[start..].iter().rev().zip(new[start..].iter().rev()).take_while(|(a, b)| a == b).count();
    (old[start..old.len() - end].to_vec(), new[start..new.len() - end].to_vec())
}

fn check(before: &str, operation: &Operation, gone: &[&str], come: &[&str]) {
    let syntax = if before.starts_with('{') { Syntax::Json } else { Syntax::Yaml };
    let after = apply(before, syntax, operation).unwrap_or_else(|refusal| panic!("{operation:?}: {refusal}"));
    assert_eq!(difference(before, &after), (gone.to_vec(), come.to_vec()), "{operation:?}\n{after}");
}

#[test]
fn a_dependency_comes_and_goes_in_the_way_that_the_list_is_written() {
    check(JOB, &wait("etl", "clean_up"), &[], &["    depends_on: [{ task_key: clean_up }]"]);
    let (before, after) = (
        "    depends_on: [{ task_key: etl }] # always",
        "    depends_on: [{ task_key: etl }, { task_key: clean_up }] # always",
    );
    check(JOB, &wait("quality", "clean_up"), &[before], &[after]);
    check(JOB, &forget("quality", "etl"), &[before], &["    # always"]);
    let two = &JOB.replace("[{ task_key: etl }]", "[{ task_key: etl }, { task_key: x }]");
    check(two, &forget("quality", "x"), &[&before.replace("}]", "}, { task_key: x }]")], &[before]);
    check(JOB, &forget("clean_up", "quality"), &["      - task_key: quality # too"], &["      # too"]);
    check(JOB, &wait("quality", "etl"), &[], &[]);
    let block = JOB.replace(
        "  - task_key: clean_up\n",
        "  - task_key: last\n    notebook_task: { notebook_path: ./l.sql }\n  - task_key: clean_up\n",
    );
    check(&block, &wait("clean_up", "last"), &[], &["      - task_key: last"]);
}

#[test]
fn many_dependencies_come_and_go_at_once() {
    const KEYS: usize = 600;
    let keys: Vec<String> = (0..KEYS).map(|number| format!("t{number}")).collect();
    let tasks =
        keys.iter().map(|key| format!("  - {{ task_key: {key}, notebook_task: {{ notebook_path: x }} }} # {key}\n"));
    let job =
        format!("tasks:\n  - task_key: last\n    notebook_task: {{ notebook_path: x }}\n{}", tasks.collect::<String>());
    let set = |add: &[String], remove: &[String]| Operation::SetDependencies {
        task: text("last"),
        add: add.to_vec(),
        remove: remove.to_vec(),
    };
    let began = std::time::Instant::now();
    let all = apply(&job, Syntax::Yaml, &set(&keys, &[])).unwrap();
    assert_eq!(waits(&all), keys);
    // The first and the last ones, neighbours and single ones.
    let kept: Vec<String> = keys.iter().skip(3).step_by(7).cloned().collect();
    let gone: Vec<String> = keys.iter().filter(|key| !kept.contains(key)).cloned().collect();
    let changed = apply(&all, Syntax::Yaml, &set(&kept[..1], &gone)).unwrap();
    assert_eq!(waits(&changed), kept);
    assert_eq!(apply(&changed, Syntax::Yaml, &set(&[], &kept)).unwrap(), job);
    // Reading the text anew for each of them took minutes.
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
}

/// What the first task waits for.
fn waits(text: &str) -> Vec<String> {
    let root = parse(text, Syntax::Yaml).unwrap();
    dependencies(&tasks(&root)[0]).iter().filter_map(key_of).map(str::to_owned).collect()
}

#[test]
fn what_is_waited_for_already_is_no_reason_to_refuse() {
    let dangling = JOB.replace("[{ task_key: etl }]", "[{ task_key: gone }]");
    let set = |add: &[&str]| Operation::SetDependencies {
        task: text("quality"),
        add: add.iter().map(|key| text(key)).collect(),
        remove: Vec::new(),
    };
    check(
        &dangling,
        &set(&["gone", "etl", "etl"]),
        &["    depends_on: [{ task_key: gone }] # always"],
        &["    depends_on: [{ task_key: gone }, { task_key: etl }] # always"],
    );
    assert_eq!(apply(JOB, Syntax::Yaml, &set(&["gone"])), Err(Refusal::NoTask(text("gone"))));
}

#[test]
fn a_setting_changes_in_its_place_and_a_new_one_stands_at_the_tasks_end() {
    let retries = |task: &str, retries| Operation::SetMaxRetries { task: text(task), retries };
    let line = "    max_retries: 2 # the source is slow";
    check(JOB, &retries("etl", Some(5)), &[line], &["    max_retries: 5 # the source is slow"]);
    check(JOB, &retries("etl", None), &[line], &["    # the source is slow"]);
    check(JOB, &retries("quality", Some(1)), &[], &["    max_retries: 1"]);
    let run_if = |task: &str, run_if| Operation::SetRunIf { task: text(task), run_if };
    check(JOB, &run_if("clean_up", RunIf::AllSuccess), &["    run_if: ALL_DONE"], &[]);
    check(JOB, &run_if("etl", RunIf::AllDone), &[], &["    run_if: ALL_DONE"]);
    check(JOB, &Operation::SetTimeout { task: text("etl"), seconds: Some(60) }, &[], &["    timeout_seconds: 60"]);
}

#[test]
fn a_task_comes_and_goes() {
    let add = Operation::AddTask { task: text("new"), notebook: Some(text("./new.sql")) };
    let lines = ["  - task_key: new", "    notebook_task: { notebook_path: ./new.sql }"];
    check(JOB, &add, &[], &lines);
    check("name: x\ntasks: []\n", &add, &["tasks: []"], &["tasks:", lines[0], lines[1]]);
    check("name: x\ntasks:\n", &add, &[], &lines);
    check(
        "tasks:\n- { task_key: t }\n",
        &add,
        &[],
        &["- task_key: new", "  notebook_task: { notebook_path: ./new.sql }"],
    );
    check("name: x\n", &add, &[], &["tasks:", lines[0], lines[1]]);
    let remove = |task: &str| Operation::RemoveTask { task: text(task) };
    let alone = "tasks:\n  - task_key: a # why\n    max_retries: 1\nname: x\n";
    let gone = ["tasks:", "  - task_key: a # why", "    max_retries: 1"];
    check(alone, &remove("a"), &gone, &["tasks: []"]);
    let after = apply(JOB, Syntax::Yaml, &remove("etl")).unwrap();
    assert!(!after.contains("task_key: etl") && after.contains("# What nobody may see wrong."), "{after}");
    let others = ["# The nightly job.", "# What nobody may see wrong.", "# always", "# after all others", "# too"];
    assert_eq!(comments::texts(&after), others);
    let own = "  # first\n  # task\n  - task_key: a\n    # inside\n    max_retries: 1\n";
    let above = format!("tasks:\n  # of all\n\n{own}  # second\n  - task_key: b\n");
    let after = "tasks:\n  # of all\n\n  # second\n  - task_key: b\n";
    assert_eq!(apply(&above, Syntax::Yaml, &remove("a")).unwrap(), after);
}

#[test]
fn a_new_name_reaches_dependencies_and_references() {
    let after = apply(JOB, Syntax::Yaml, &Operation::RenameTask { task: text("etl"), to: text("load") }).unwrap();
    assert_eq!(after, JOB.replace("task_key: etl", "task_key: load").replace("tasks.etl", "tasks.load"));
    let number = apply(JOB, Syntax::Yaml, &Operation::RenameTask { task: text("etl"), to: text("7") }).unwrap();
    assert!(number.contains("task_key: \"7\" # first"), "{number}");
}

#[test]
fn json_is_changed_in_its_own_way() {
    let job = "{\n  \"settings\": {\n    \"tasks\": [\n      {\"task_key\": \"a\"},\n      {\n        \"task_key\": \"b\",\n        \
               \"depends_on\": [{\"task_key\": \"a\"}]\n      }\n    ]\n  }\n}\n";
    let line = "      {\"task_key\": \"a\"},";
    check(job, &wait("a", "b"), &[line], &["      {\"task_key\": \"a\", \"depends_on\": [{\"task_key\": \"b\"}]},"]);
    let retries = Operation::SetMaxRetries { task: text("b"), retries: Some(3) };
    let last = "        \"depends_on\": [{\"task_key\": \"a\"}]";
    check(job, &retries, &[last], &[&format!("{last},"), "        \"max_retries\": 3"]);
    check(job, &forget("b", "a"), &["        \"task_key\": \"b\",", last], &["        \"task_key\": \"b\""]);
    let add = Operation::AddTask { task: text("c"), notebook: None };
    check(job, &add, &["      }"], &["      },", "      {\"task_key\": \"c\"}"]);
}

#[test]
fn what_does_not_fit_the_job_or_is_not_understood_is_refused() {
    let refusal = |text: &str, operation| apply(text, Syntax::Yaml, &operation).unwrap_err();
    assert_eq!(refusal(JOB, wait("etl", "nowhere")), Refusal::NoTask(text("nowhere")));
    assert_eq!(refusal(JOB, wait("etl", "etl")), Refusal::Itself);
    let rename = |to: &str| Operation::RenameTask { task: text("etl"), to: text(to) };
    assert_eq!(refusal(JOB, rename("quality")), Refusal::Taken(text("quality")));
    assert_eq!(refusal(JOB, rename("a b")), Refusal::BadKey(text("a b")));
    assert!(matches!(refusal("tasks: [", rename("x")), Refusal::Unreadable(_)));
    let aliased = "base: &base\n  task_key: a\ntasks:\n  - *base\n  - task_key: b\n";
    assert_eq!(refusal(aliased, wait("a", "b")), Refusal::ByHand);
    let merged = "base: &base { max_retries: 1 }\ntasks:\n  - <<: *base\n    task_key: a\n";
    assert_eq!(refusal(merged, Operation::SetMaxRetries { task: text("a"), retries: Some(2) }), Refusal::ByHand);
}

#[test]
fn json_that_was_pasted_into_a_file_for_yaml_stays_json() {
    let text = "{\"name\": \"n\", \"tasks\": [{\"task_key\": \"etl\"}, {\"task_key\": \"quality\"}]}\n";
    let retried = Operation::SetMaxRetries { task: "etl".to_owned(), retries: Some(2) };
    for operation in [wait("quality", "etl"), add("clean_up"), retried] {
        let as_yaml = apply(text, Syntax::Yaml, &operation).unwrap();
        assert_eq!(Ok(&as_yaml), apply(text, Syntax::Json, &operation).as_ref(), "{operation:?}");
        assert!(serde_json::from_str::<serde_json::Value>(&as_yaml).is_ok(), "{as_yaml}");
    }
}

fn add(task: &str) -> Operation {
    Operation::AddTask { task: text(task), notebook: Some("./etl.sql".to_owned()) }
}

#[test]
fn the_first_task_of_an_empty_file_makes_the_smallest_job() {
    let job = "tasks:\n  - task_key: etl\n    notebook_task: { notebook_path: ./etl.sql }\n";
    assert_eq!(apply("", Syntax::Yaml, &add("etl")).unwrap(), job);
    assert_eq!(apply("\n\n", Syntax::Yaml, &add("etl")).unwrap(), job);
    assert_eq!(apply("# Mine.\n", Syntax::Yaml, &add("etl")).unwrap(), format!("# Mine.\n{job}"));
    let json = apply("", Syntax::Json, &add("etl")).unwrap();
    assert_eq!(crate::workflow::check(&json, Syntax::Json).job, crate::workflow::check(job, Syntax::Yaml).job);
    assert_eq!(apply("", Syntax::Yaml, &wait("etl", "quality")), Err(Refusal::NoTask(text("etl"))));
    assert_eq!(apply("", Syntax::Yaml, &add("e t l")), Err(Refusal::BadKey(text("e t l"))));
    for empty in ["{}", "name: n\n", "tasks: []\n", "tasks:\n"] {
        let made = apply(empty, Syntax::Yaml, &add("etl")).unwrap_or_else(|refusal| panic!("{empty}: {refusal}"));
        assert_eq!(crate::workflow::check(&made, Syntax::Yaml).job.unwrap().tasks.len(), 1, "{made}");
    }
}
