//! The schema of a lab's file beside its reader, where a text says nothing.

use super::*;

/// Labs with every kind of check between them.
fn labs() -> Vec<(String, String)> {
    let kinds = include_str!("../../../../tests/courses/kinds/labs/kinds/lab.yml");
    let quizzed = include_str!("../../../../tests/courses/kinds/labs/quizzed/lab.yml");
    let own = include_str!("../../../examples/own-check/labs/prices/lab.yml");
    let mut labs: Vec<(String, String)> =
        [("kinds", kinds), ("quizzed", quizzed), ("prices", own)].map(|(name, text)| (name.into(), text.into())).into();
    let builtin = Files::builtin();
    labs.extend(
        builtin
            .iter()
            .filter(|(path, _)| path.ends_with("/lab.yml"))
            .map(|(path, bytes)| (path.to_owned(), String::from_utf8(bytes.to_vec()).unwrap())),
    );
    labs
}

/// What the reader says of the lab.
fn said(lab: &Value) -> Vec<Finding> {
    sandbar_grader::rubric::parse(&lab.to_string(), "lab.yml").err().unwrap_or_default()
}

#[test]
fn a_text_that_the_schema_of_labs_wants_filled_its_reader_wants_filled() {
    let schema = schema(LAB);
    let (mut kinds, mut apart) = (BTreeSet::new(), Vec::new());
    for (name, text) in labs() {
        let whole = yaml::parse(&text).unwrap().to_json();
        assert_eq!(complaints(&whole, &schema, &schema, &name), [] as [&str; 0]);
        assert_eq!(said(&whole), [], "{name}");
        let checks = whole["tasks"].as_array().into_iter().flatten().filter_map(|task| task["checks"].as_array());
        kinds.extend(checks.flatten().filter_map(|check| check["kind"].as_str().map(str::to_owned)));
        for (path, emptied) in with_one_text_empty(&whole, "") {
            let (fits, told) = (complaints(&emptied, &schema, &schema, "").is_empty(), said(&emptied));
            // A name that is nothing's is the reader's alone to tell.
            let is_missed = told.iter().any(|finding| finding.message.ends_with(" is empty."));
            if !fits && told.is_empty() || fits && is_missed {
                apart.push(format!("{name}{path}: the schema {}", if fits { "takes it" } else { "refuses it" }));
            }
        }
    }
    assert_eq!(apart, [""; 0]);
    let listed = schema["$defs"]["check"]["properties"]["kind"]["enum"].as_array().unwrap().iter();
    let unseen: Vec<&str> = listed.filter_map(Value::as_str).filter(|kind| !kinds.contains(*kind)).collect();
    assert_eq!(unseen, [""; 0], "no lab has such a check");
}
