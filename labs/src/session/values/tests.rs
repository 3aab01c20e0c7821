use serde_json::json;

use super::*;
use crate::relation::Column;

fn relation(rows: Vec<Vec<Value>>) -> Relation {
    let column =
        |name: &str, type_name: &str| Column { name: name.to_owned(), type_name: type_name.to_owned(), nullable: true };
    Relation { columns: vec![column("id", "INT"), column("day", "DATE")], rows }
}

#[test]
fn a_data_set_whose_rows_do_not_fit_says_where() {
    let refusal = |rows| {
        let refusal = batch(&relation(rows)).unwrap_err();
        assert_eq!(refusal.class, "INVALID_DATA_SET");
        refusal.message
    };
    assert_eq!(refusal(vec![vec![json!(1), json!("2024-01-31")], vec![json!(2)]]), "A row has 1 values for 2 columns.");
    assert_eq!(refusal(vec![vec![json!("one"), Value::Null]]), "Column id: \"one\" is no INT.");
    assert!(refusal(vec![vec![json!(1), json!("soon")]]).starts_with("Column day: "));
    assert_eq!(batch(&relation(vec![vec![json!(1), json!("2024-01-31")]])).unwrap().num_rows(), 1);
}
