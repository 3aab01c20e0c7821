use datafusion::common::DataFusionError;

use super::messages::from_plan;
use super::*;
use crate::dialect::Parameters;

/// Words that no version of the engine has said yet keep a class, a sentence and their text.
#[test]
fn an_unknown_error_of_the_engine_is_told_as_it_is() {
    let running = from_conversion(&DataFusionError::Execution("the moon is full".to_owned()));
    assert_eq!((running.class.as_str(), running.message.as_str()), ("EXECUTION_FAILED", "the moon is full."));
    let lexed = Lexed::new("SELECT 1", crate::diagnostic::Position { line: 1, column: 1 }, &Parameters::unbound(), 10);
    let planning = from_plan("the moon is full", &lexed.unwrap());
    assert_eq!((planning.class.as_str(), planning.message.as_str()), ("INVALID_STATEMENT", "the moon is full."));
}
