//! What stands in for a state that a task did not leave, and for a title that is missing.

use sandbar_labs::sandbox::Repair;

use super::*;

/// Task 2 is reached on what task 1 leaves, unless its check holds or the notebook goes on without it.
fn lab() -> String {
    LAB.replace(
        "    title: Create\n",
        "    title: Create\n    carry_forward: {holds_if_stopped: [exists], sql: SELECT 1}\n",
    )
}

/// Grades a notebook without a table whose task 2 fails unless `goes_on` says that this replay of it does.
fn without_a_table(goes_on: impl Fn(bool) -> bool) -> (Report, usize) {
    let replay = |plan: &ReplayPlan| {
        let is_repaired = !plan.runs[0].repairs.is_empty();
        let error = Diagnostic::new("UNRESOLVED_COLUMN", "42703", "No column.");
        let update = statement(StatementKind::Update, Some(error).filter(|_| !goes_on(is_repaired)));
        let cells = vec![cell(0, Some(statement(StatementKind::Other, None)), None), cell(1, Some(update), None)];
        let run = RunEvidence { notebook: "work.sql".into(), cells, ..RunEvidence::default() };
        Evidence { runs: vec![run], tables: Vec::new() }
    };
    graded(grading(&lab(), TITLED), replay, |_| Relation::default())
}

#[test]
fn a_repair_stays_where_the_notebook_comes_further_with_it() {
    let (report, replays) = without_a_table(|is_repaired| is_repaired);
    assert_eq!((replays, report.tasks[1].repaired), (2, true));
    assert!(report.stopped.is_some(), "the report tells where the notebook as handed in stops");
}

#[test]
fn a_repair_that_brings_the_notebook_no_further_is_left_out() {
    let (report, replays) = without_a_table(|_| false);
    assert_eq!((replays, report.tasks[1].repaired), (2, false));
}

#[test]
fn nothing_is_repaired_where_the_notebook_runs_to_its_end() {
    let (report, replays) = without_a_table(|_| true);
    assert_eq!((replays, report.tasks[1].repaired), (1, false));
}

#[test]
fn the_end_of_a_task_without_a_title_is_where_the_next_one_begins() {
    let lab = LAB.replace(
        "  after: {table: t, at: after}",
        "  after: {table: t, at: after}\n  first: {table: t, at: end of task 1}",
    );
    let lab = lab.replace("price + 1 AS price FROM before", "price + 1 AS price FROM first");
    let untitled = TITLED.replace("-- DBTITLE 1,Task 1\n", "-- DBTITLE 1,Set up\n");
    let answer = |probe: &Probe| {
        let (name, first) = &probe.relations[0];
        assert_eq!((name.as_str(), first.rows.len()), ("first", 2));
        priced(json!([["a", 2], ["b", 3]]))
    };
    let (report, _) = graded(grading(&lab, &untitled), |_| evidence(json!([["a", 2], ["b", 3]])), answer);
    assert_eq!(report.score.to_string(), "6", "{:?}", report.checks);
}

#[test]
fn a_cell_that_repeats_the_title_before_a_missing_one_is_pointed_at() {
    let copied = TITLED.replace("-- DBTITLE 1,Task 2\n", "-- DBTITLE 1,Task 1\n");
    let (report, _) = finish(grading(LAB, &copied), Ok(evidence(json!([["a", 2], ["b", 3]]))));
    let hint = report.findings[0].hint.as_deref().unwrap();
    assert!(hint.starts_with("The cell in line 8 is titled `Task 1` once more"), "{hint}");
}

#[test]
fn a_missing_row_that_stands_there_with_other_values_is_told_as_changed() {
    let raised = LAB.find("      - id: raised").unwrap();
    let proof = LAB.find("proof:").unwrap();
    let kept = "      - {id: kept, kind: no_violations, points: 6, claim: Rows are kept., next_step: Keep them., say: A row is lost., \
                lists: missing, changed_in: after, key: [sku], violations: SELECT * FROM before EXCEPT SELECT * FROM after}\n";
    let lab = format!("{}{kept}{}", &LAB[..raised], &LAB[proof..]);
    let lost = |_: &Probe| priced(json!([["a", 1], ["b", 2]]));
    let (report, _) = graded(grading(&lab, TITLED), |_| evidence(json!([["b", 5], ["c", 7]])), lost);
    let check = &report.checks[2];
    assert_eq!(check.expected.as_deref(), Some("sku a, price 1; sku b, price 2"));
    assert_eq!(check.found.as_deref(), Some("sku b, price 5"));
    let shown = check.comparison.as_ref().unwrap();
    assert_eq!(shown.rows.iter().map(|row| row.found.is_some()).collect::<Vec<_>>(), [false, true]);
}

/// Task 2 drops the table and makes it again, unless it is left out; task 3 works on it, and fails where `misses` says so.
fn dropped_in_task_2(misses: impl Fn(bool) -> bool) -> (Report, Vec<Repair>) {
    let third = "  - number: 3\n    title: Keep\n    text: Keep.\n    points: 1\n    checks:\n      \
                 - {id: kept, kind: same_table_id, points: 1, claim: It stays., next_step: Keep it., table: t}\nproof:";
    let carried = "    title: Raise\n    carry_forward: {keeps: [t], sql: SELECT 1}\n";
    let lab = LAB.replace("    title: Raise\n", carried).replace("proof:", third);
    let notebook = format!("{TITLED}\n-- COMMAND ----------\n\n-- DBTITLE 1,Task 3\nDELETE 3;\n");
    let mut repairs = Vec::new();
    let replay = |plan: &ReplayPlan| {
        repairs.clone_from(&plan.runs[0].repairs);
        let is_repaired = !repairs.is_empty();
        let mut evidence = evidence(json!([["a", 2], ["b", 3]]));
        let error = Diagnostic::new("UNRESOLVED_COLUMN", "42703", "No column.");
        let delete = statement(StatementKind::Delete, Some(error).filter(|_| misses(is_repaired)));
        let at = if is_repaired { 1 } else { 0 };
        evidence.runs[0].cells[1].versions_after.insert("t".to_owned(), at);
        evidence.runs[0].cells.push(cell(2, Some(delete), Some(at)));
        if !is_repaired {
            let rows = evidence.tables[0].versions.pop().unwrap().rows;
            let again = VersionEvidence { rows, ..version(0, 1, json!([])) };
            let first = &evidence.tables[0];
            let made_again = TableEvidence { id: "another".to_owned(), versions: vec![again], ..first.clone() };
            evidence.tables.push(made_again);
        }
        evidence
    };
    let (report, _) = graded(grading(&lab, &notebook), replay, |_| priced(json!([["a", 2], ["b", 3]])));
    (report, repairs)
}

#[test]
fn a_task_that_drops_its_table_is_left_out_for_the_tasks_behind_it() {
    let (report, repairs) = dropped_in_task_2(|_| false);
    assert_eq!(repairs, [Repair { cell: 1, until: 2, sql: "SELECT 1".to_owned(), instead: true }]);
    assert_eq!(report.tasks.iter().map(|task| task.repaired).collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn a_task_that_drops_its_table_counts_where_a_later_cell_would_miss_it() {
    let (report, _) = dropped_in_task_2(|is_repaired| is_repaired);
    assert!(!report.tasks[2].repaired);
    assert_eq!(report.stopped, None, "the notebook as handed in runs to its end");
}

/// The repair behind a failed statement about `t`, where it reads the rows of that relation.
fn script_for(relation: &str) -> String {
    let columns = "schemas: {priced: {columns: {sku: STRING, price: DOUBLE}}}\nrelations:\n";
    let columns = format!("{columns}  made: {{{relation}, schema: priced}}\n");
    let carried =
        "    title: Create\n    carry_forward: {written: made, sql: INSERT INTO t SELECT * FROM sandbar_written}\n";
    let lab = LAB.replace("relations:\n", &columns).replace("    title: Create\n", carried);
    let mut script = String::new();
    let replay = |plan: &ReplayPlan| {
        if let Some(repair) = plan.runs[0].repairs.first() {
            script.clone_from(&repair.sql);
        }
        let error = Diagnostic::new("PARSE_SYNTAX_ERROR", "42601", "Syntax error.");
        let mut failed = statement(StatementKind::Insert, Some(error));
        "INSERT INTO t VALUE ('a', 1.5), ('b', 2, 'c'), ('d', -3)".clone_into(&mut failed.sql);
        let run = RunEvidence {
            notebook: "work.sql".into(),
            cells: vec![cell(0, Some(failed), None)],
            ..RunEvidence::default()
        };
        Evidence { runs: vec![run], tables: Vec::new() }
    };
    graded(grading(&lab, TITLED), replay, |_| Relation::default());
    script
}

#[test]
fn the_rows_of_a_failed_statement_are_given_to_the_repair() {
    let script = script_for("table: t, at: after");
    assert_eq!(
        script,
        "CREATE OR REPLACE TEMP VIEW sandbar_written AS SELECT TRY_CAST(`sku` AS STRING) AS `sku`, TRY_CAST(`price` AS \
         DOUBLE) AS `price` FROM VALUES (CAST('a' AS STRING), CAST(1.5 AS STRING)), (CAST('d' AS STRING), CAST(-3 AS \
         STRING)) AS literals(`sku`, `price`) WHERE (`sku` IS NULL OR TRY_CAST(`sku` AS STRING) IS NOT NULL) AND \
         (`price` IS NULL OR TRY_CAST(`price` AS DOUBLE) IS NOT NULL);\nINSERT INTO t SELECT * FROM \
         sandbar_written;\nDROP VIEW sandbar_written"
    );
    assert_eq!(script_for("view: t"), script, "a view has rows of its own, too");
    assert!(script_for("view: other").contains("WHERE false"), "the statement is not about it");
}

#[test]
fn a_table_of_another_name_costs_its_name_and_the_notebook_runs_with_the_labs() {
    let lab =
        LAB.replace("    title: Create\n", "    title: Create\n    carry_forward: {needs: [after], sql: SELECT 1}\n");
    let notebook = TITLED.replace("CREATE 1", "CREATE TABLE Goods").replace("UPDATE 2", "UPDATE `goods`");
    let mut sources = Vec::new();
    let replay = |plan: &ReplayPlan| {
        sources = plan.runs[0].notebook.cells.iter().map(|cell| cell.source.trim().to_owned()).collect();
        let mut evidence = evidence(json!([["a", 2], ["b", 3]]));
        if sources[0].contains("Goods") {
            "Goods".clone_into(&mut evidence.tables[0].name);
        }
        evidence
    };
    let (report, replays) = graded(grading(&lab, &notebook), replay, |_| priced(json!([["a", 2], ["b", 3]])));
    assert_eq!(replays, 2);
    assert_eq!(sources, ["CREATE TABLE t;", "UPDATE t;"]);
    let told = &report.checks[0];
    assert_eq!(
        (told.feedback_key.as_deref(), told.found.as_deref()),
        (Some("exists.misnamed"), Some("a Delta table `Goods`"))
    );
    assert_eq!(report.score.to_string(), "8", "what needs the table is looked at: {:?}", statuses(&report));
}

#[test]
fn a_helper_table_does_not_stand_in_for_one_whose_creation_failed() {
    let lab =
        LAB.replace("    title: Create\n", "    title: Create\n    carry_forward: {needs: [after], sql: SELECT 1}\n");
    let replay = |_: &ReplayPlan| {
        let mut evidence = evidence(json!([]));
        "t_raw".clone_into(&mut evidence.tables[0].name);
        let error = Diagnostic::new("PARSE_SYNTAX_ERROR", "42601", "Syntax error.");
        let mut failed = statement(StatementKind::Other, Some(error));
        "CREATE TABLE t A SELECT * FROM t_raw".clone_into(&mut failed.sql);
        evidence.runs[0].cells[0].statements.push(failed);
        evidence
    };
    let (report, _) = graded(grading(&lab, TITLED), replay, |_| Relation::default());
    assert_eq!(report.checks[0].feedback_key.as_deref(), Some("exists.cell_failed"));
}
