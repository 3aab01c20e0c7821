use std::collections::BTreeMap;

use sandbar_grader::rubric::Proof;
use sandbar_labs::notebook::{read, write_ipynb};

use super::*;

fn submission(path: &str, text: &str) -> Submission {
    Submission { name: "reference".into(), files: BTreeMap::from([(path.to_owned(), text.as_bytes().to_vec())]) }
}

/// Ids of the mutants, and the text of each mutant's only cell of task 2.
fn of_task_2(reference: &Submission) -> Vec<(String, String)> {
    let mut mutants = notebook::of_tasks(reference, &[2]);
    number(&mut mutants);
    let source = |mutant: Mutant| {
        let path = mutant.submission.single_notebook().unwrap().to_owned();
        let cells = mutant.submission.read_notebook(&path).unwrap().cells;
        (mutant.id, cells[1].source.clone())
    };
    mutants.into_iter().map(source).collect()
}

const TWICE: &str = "\
-- Databricks notebook source
-- DBTITLE 1,Task 1
DELETE FROM t WHERE a = 1

-- COMMAND ----------

-- DBTITLE 1,Task 2
DELETE FROM t WHERE a = 1;
DELETE FROM t WHERE a = 1;
";

#[test]
fn a_statement_that_stands_several_times_has_mutants_of_its_own() {
    let found = of_task_2(&submission("work.sql", TWICE));
    let less: Vec<&str> =
        found.iter().map(|(id, _)| id.as_str()).filter(|id| id.contains("a = 1 becomes a <=> 1")).collect();
    assert_eq!(less, ["task 2: a = 1 becomes a <=> 1", "task 2: a = 1 becomes a <=> 1 (2)"]);
    let second = &found.iter().find(|(id, _)| id.ends_with("a <=> 1 (2)")).unwrap().1;
    assert!(second.starts_with("DELETE FROM t WHERE a = 1;\nDELETE"), "{second}");
    assert!(second.contains("a <=> 1"), "{second}");
}

#[test]
fn a_reference_that_is_a_jupyter_notebook_has_the_same_mutants() {
    let notebook = read("work.sql", TWICE.as_bytes()).unwrap();
    let jupyter = submission("work.ipynb", &write_ipynb(&notebook));
    assert_eq!(of_task_2(&jupyter), of_task_2(&submission("work.sql", TWICE)));
}

#[test]
fn an_entry_whose_key_parts_a_pointer_is_changed_in_its_place() {
    let mutants = tree::of_file(&submission("job.yml", "tags: {a/b: {~c: 1}}\n"), "job.yml");
    let found: Vec<(&str, &str)> =
        mutants.iter().map(|mutant| (mutant.id.as_str(), mutant.submission.text("job.yml").unwrap())).collect();
    assert!(found.contains(&("job.yml: tags.a/b.~c becomes 2", r#"{"tags":{"a/b":{"~c":2}}}"#)), "{found:?}");
    assert!(found.contains(&("job.yml: without tags.a/b.~c", r#"{"tags":{"a/b":{}}}"#)), "{found:?}");
}

#[test]
fn a_mutant_that_could_not_be_graded_is_not_caught() {
    let refused = fate(Err(vec![Finding::error("BAD_SYNTAX", "", "No YAML.")]));
    let finding = fault("job.yml: a", &refused, &[]).unwrap();
    assert_eq!(finding.code, "UNPROVED");
    assert!(finding.message.contains("No YAML."), "{}", finding.message);
}

#[test]
fn a_task_or_file_without_mutants_is_told() {
    let proof = Proof { mutate: vec![1, 10], mutate_files: vec!["job.yml".into()], ..Proof::default() };
    let graded = [("task 10: without WHERE".to_owned(), Fate::Caught)];
    let found: Vec<String> = untouched(&graded, &proof).map(|finding| finding.message).collect();
    assert!(found[0].contains("`task 1`") && found[1].contains("`job.yml`") && found.len() == 2, "{found:?}");
}
