//! A widget that the notebook fails to declare is declared for what comes after it; and which job of a bundle counts is
//! said.

use sandbar_labs::evidence::WidgetEvidence;

use super::*;

const WIDGETS: &str = r#"slug: small
title: Small
summary: A small lab.
submission: {notebook: work, job: job}
replays:
  - name: main
tasks:
  - number: 1
    title: Widgets
    text: Declare.
    points: 4
    checks:
      - {id: city, kind: widgets, points: 2, claim: City., next_step: Declare it., replay: main, name: city,
         widget: dropdown, default: Ulm, choices: [Ulm, "Val d'Or"]}
      - {id: since, kind: widgets, points: 2, claim: Since., next_step: Declare it., replay: main, name: since,
         widget: text, default: "2024"}
proof: {starter_score: 0, reference: solution.sql, wrong: []}
"#;

const NOTEBOOK: &str = "CREATE WIDGET TEXT since DEFAULT '2024';
CREATE WIDGET
  DROPDOWN city DEFAULT 'Rome';
SELECT :since;
";

fn of(notebook: &str, job: &str) -> Grading {
    let lab = LabDefinition {
        rubric: rubric::parse(WIDGETS, "lab.yml").unwrap(),
        datasets: BTreeMap::new(),
        given: BTreeMap::new(),
        components: BTreeMap::new(),
        quizzes: BTreeMap::new(),
    };
    let files = [("work.sql", notebook), ("job.yml", job)];
    let files = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).into();
    Grading::new(Arc::new(lab), Submission { name: "ada".into(), files }, 7, "r1", Scope::All).unwrap()
}

fn since(read: bool) -> WidgetEvidence {
    let [name, kind, default] = ["since", "text", "2024"].map(str::to_owned);
    WidgetEvidence { name, kind, default, choices: Vec::new(), read }
}

/// A run in which `since` was declared and this statement failed last.
fn stopped(sql: &str, class: &str) -> Evidence {
    let error = Diagnostic::new(class, "22023", "No.");
    let failed = StatementOutcome { sql: sql.to_owned(), ..statement(StatementKind::Query, Some(error)) };
    let run = RunEvidence {
        notebook: "work.sql".into(),
        cells: vec![cell(0, Some(failed), None)],
        widgets: vec![since(false)],
        stopped: true,
        ..RunEvidence::default()
    };
    Evidence { runs: vec![run], tables: Vec::new() }
}

/// The text of the notebook that the next replay runs.
fn next_source(grading: &mut Grading) -> String {
    let Step::Replay(plan) = grading.next_step() else { panic!("a replay comes next") };
    plan.runs[0].notebook.cells[0].source.clone()
}

#[test]
fn a_refused_declaration_is_replaced_and_costs_its_own_check_only() {
    let mut grading = of(NOTEBOOK, "tasks: []");
    assert!(next_source(&mut grading).contains("'Rome'"));
    grading.replayed(Ok(stopped("CREATE WIDGET\n  DROPDOWN city DEFAULT 'Rome'", "INVALID_WIDGET_DEFAULT")));
    let declared = "CREATE WIDGET DROPDOWN city DEFAULT 'Ulm' CHOICES SELECT * FROM VALUES ('Ulm'), ('Val d\\'Or') AS \
                    offered(choice)\n;";
    let source = next_source(&mut grading);
    assert!(source.contains(declared) && source.lines().count() == NOTEBOOK.lines().count(), "{source}");
    let mut after = stopped("", "");
    (after.runs[0].cells, after.runs[0].widgets, after.runs[0].stopped) = (Vec::new(), vec![since(true)], false);
    grading.replayed(Ok(after));
    let Step::Done(report) = grading.next_step() else { panic!("nothing else is asked") };
    assert_eq!(report.feedback_keys(), ["city.stopped"]);
    assert_eq!((report.score, report.stopped.is_some()), (Points::whole(2), true));
    assert!(report.findings[0].message.contains("as if `city` had been declared"), "{:?}", report.findings);
}

#[test]
fn what_reads_a_widget_without_declaration_is_run_behind_one() {
    let mut grading = of("SELECT :city;\n", "tasks: []");
    next_source(&mut grading);
    grading.replayed(Ok(stopped("SELECT :city", "UNBOUND_SQL_PARAMETER")));
    let source = next_source(&mut grading);
    assert!(source.starts_with("CREATE WIDGET DROPDOWN city") && source.contains("; SELECT :city;"), "{source}");
}

/// The feedback keys of a notebook that did this as written, and both widgets are there once it is mended.
fn keys_after_mending(notebook: &str, as_written: Evidence, mended: impl Fn(&str) -> bool) -> Vec<String> {
    let mut grading = of(notebook, "tasks: []");
    next_source(&mut grading);
    grading.replayed(Ok(as_written));
    let source = next_source(&mut grading);
    assert!(mended(&source), "{source}");
    grading.replayed(Ok(declared(true, true)));
    let Step::Done(report) = grading.next_step() else { panic!("nothing else is asked") };
    report.feedback_keys()
}

/// A run to its end with both widgets as the lab asks.
fn declared(since_is_read: bool, city_is_read: bool) -> Evidence {
    let city = WidgetEvidence {
        name: "city".into(),
        kind: "dropdown".into(),
        default: "Ulm".into(),
        choices: vec!["Ulm".into(), "Val d'Or".into()],
        read: city_is_read,
    };
    let run = RunEvidence { widgets: vec![since(since_is_read), city], ..RunEvidence::default() };
    Evidence { runs: vec![run], tables: Vec::new() }
}

#[test]
fn a_semicolon_left_out_between_two_declarations_costs_the_first_only() {
    let both = "CREATE WIDGET TEXT since DEFAULT '2024' CREATE WIDGET DROPDOWN city DEFAULT 'Ulm'";
    let mut as_written = stopped(both, "PARSE_SYNTAX_ERROR");
    as_written.runs[0].widgets.clear();
    let cut = "DEFAULT '2024' ; CREATE WIDGET DROPDOWN city DEFAULT 'Ulm'; SELECT :since";
    let keys = keys_after_mending(&format!("{both}; SELECT :since, :city"), as_written, |source| source.contains(cut));
    assert_eq!(keys, ["since.stopped"]);
}

#[test]
fn a_declaration_with_a_typing_slip_is_replaced_and_the_one_behind_it_stays_the_students() {
    let slip = "CREATE WIDGT TEXT since DEFAULT '2024'";
    let mut as_written = stopped(slip, "PARSE_SYNTAX_ERROR");
    as_written.runs[0].widgets.clear();
    let notebook = format!("{slip}; CREATE WIDGET DROPDOWN city DEFAULT 'Ulm'; SELECT :since, :city");
    let is_mended =
        |source: &str| source.starts_with("CREATE WIDGET TEXT since") && source.matches("city").count() == 2;
    assert_eq!(keys_after_mending(&notebook, as_written, is_mended), ["since.stopped"]);
}

#[test]
fn a_parameter_in_quotes_costs_its_own_check_only() {
    let notebook = "SELECT ':city', :since\nFROM t WHERE c = ':city'";
    let is_mended = |source: &str| source == "SELECT ':city', :since\nFROM t WHERE c = :city";
    assert_eq!(keys_after_mending(notebook, declared(true, false), is_mended), ["city.in_quotes"]);
}

#[test]
fn a_job_that_cannot_be_read_leaves_the_notebook_to_be_judged() {
    let mut grading = of(NOTEBOOK, "tasks:\n\t- x");
    assert_eq!(grading.unreadable().next().map(|finding| finding.line), Some(Some(2)));
    next_source(&mut grading);
    grading.replayed(Ok(declared(true, true)));
    let Step::Done(report) = grading.next_step() else { panic!("nothing else is asked") };
    assert_eq!((report.score, report.findings[0].file.as_deref()), (Points::whole(4), Some("job.yml")));
}

#[test]
fn a_widget_of_another_name_is_given_its_value_all_the_same() {
    let mut grading = of(NOTEBOOK, "tasks: []");
    let mut evidence = stopped("", "");
    let town = WidgetEvidence { name: "Town".into(), ..since(true) };
    (evidence.runs[0].cells, evidence.runs[0].widgets, evidence.runs[0].stopped) =
        (Vec::new(), vec![since(true), town], false);
    grading.replayed(Ok(evidence));
    let given = [("city", "Ulm"), ("since", "2025")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let parameters = grading.parameters(&given);
    assert_eq!(parameters.into_keys().collect::<Vec<_>>(), ["Town", "city", "since"]);
}

#[test]
fn another_error_is_no_slip_of_a_widget() {
    let mut grading = of(NOTEBOOK, "tasks: []");
    next_source(&mut grading);
    grading.replayed(Ok(stopped("SELECT :city", "UNRESOLVED_COLUMN")));
    assert!(matches!(grading.next_step(), Step::Done(_)));
}

#[test]
fn a_bundle_with_several_jobs_says_which_one_is_graded() {
    let told = |jobs: &str| {
        let grading = of(NOTEBOOK, &format!("resources: {{jobs: {{{jobs}}}}}"));
        grading.findings().into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let task = "{tasks: [{task_key: a, notebook_task: {notebook_path: n.sql}}]}";
    assert_eq!(told(&format!("one: {task}")), [""; 0]);
    assert!(told(&format!("one: {task}, two: {task}"))[0].contains("only the first one, `one`"));
    let runs = "{tasks: [{task_key: a, run_job_task: {job_id: '${resources.jobs.two.id}'}}]}";
    assert!(told(&format!("one: {runs}, two: {task}"))[0].contains("`one` is graded, the first one, which runs"));
}
