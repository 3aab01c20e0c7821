//! The list of functions is closed, and what is not in it is named with what is near.

use super::{request, session};
use crate::diagnostic::{Diagnostic, Position};
use crate::session::engine;
use crate::session::functions::catalogue;

async fn refusal(sql: &str) -> Diagnostic {
    let outcomes = session().await.run(&request(sql)).await;
    outcomes.into_iter().last().unwrap().error.unwrap_or_else(|| panic!("{sql} succeeded"))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_function_is_refused_where_it_stands_with_the_nearest() {
    let error = refusal("SELECT 1,\n  Dateformat('2024-01-01', 'yyyy')").await;
    assert_eq!((error.class.as_str(), error.sqlstate.as_str()), ("UNRESOLVED_ROUTINE", "42883"));
    assert_eq!(error.position, Some(Position { line: 2, column: 3 }));
    assert_eq!(error.hint.as_deref(), Some("Did you mean date_format()?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_arguments_are_refused_where_the_function_stands() {
    let error = refusal("SELECT 1, abs(1, 2)").await;
    assert_eq!(error.class, "WRONG_NUM_ARGS.WITHOUT_SUGGESTION");
    assert_eq!(error.position, Some(Position { line: 1, column: 11 }));
    assert_eq!(error.hint.as_deref(), Some("Call it as abs(expr); DESCRIBE FUNCTION abs says what it gives."));
    assert_eq!(refusal("SELECT abs(true)").await.class, "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_of_a_library_that_the_catalogue_has_not_cannot_be_called() {
    let state = engine::functions();
    let registered = state.scalar_functions().keys().chain(state.aggregate_functions().keys());
    let registered = registered.chain(state.window_functions().keys()).chain(state.higher_order_functions().keys());
    let strays: Vec<&String> =
        registered.filter(|name| catalogue::find(name).is_none() && !name.starts_with("__")).collect();
    assert!(strays.len() > 50, "the libraries have more functions than the catalogue");
    for name in strays {
        // Words of the grammar are refused by it.
        let class = refusal(&format!("SELECT {name}(1)")).await.class;
        let known = ["UNRESOLVED_ROUTINE", "UNSUPPORTED_FEATURE", "PARSE_SYNTAX_ERROR"];
        assert!(known.contains(&class.as_str()), "{name}: {class}");
    }
}
