//! The marks that would change, as a table.

use comfy_table::{ContentArrangement, Table, presets};

use super::marks::{Change, Marks};

/// The table, and a line about what makes marks change.
pub fn text(marks: &Marks) -> String {
    if marks.graded == 0 {
        return "No submission counts so far, so no mark changes.".to_owned();
    }
    let all = match marks.graded {
        1 => "the submission that counts".to_owned(),
        graded => format!("the {graded} submissions that count"),
    };
    if marks.changes.is_empty() {
        return format!("No mark of {all} would change.");
    }
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["student", "lab", "submission", "was", "would be", "checks that differ"]);
    for Change { login, lab, submission, was, would_be, why } in &marks.changes {
        table.add_row([login, lab, &submission.to_string(), was, would_be, &why.join(", ")]);
    }
    let changed = marks.changes.len();
    format!(
        "{table}\n{changed} of {all}. Marks change only when an instructor applies a regrade: Gradebook, the lab, \
         “Grade all again”."
    )
}
