use super::*;

#[test]
fn a_protocol_is_raised_as_little_as_its_features_need() {
    let plain = fresh(&[]).unwrap();
    assert_eq!((plain.min_reader_version(), plain.min_writer_version()), (1, 2));
    let checked = raised(&plain, &[Feature::CheckConstraints]).unwrap().unwrap();
    assert_eq!(checked.min_writer_version(), 3);
    assert!(raised(&checked, &[Feature::CheckConstraints]).unwrap().is_none());
    let named = raised(&checked, &[Feature::ColumnDefaults]).unwrap().unwrap();
    assert_eq!(named.min_writer_version(), 7);
    assert_eq!(features(&named), ["allowColumnDefaults", "appendOnly", "checkConstraints", "invariants"]);
    assert!(check_writable(&named, &Metadata::default()).is_ok());
    let more = raised(&named, &[Feature::ChangeDataFeed]).unwrap().unwrap();
    assert!(supports(&more, Feature::ChangeDataFeed) && !supports(&more, Feature::GeneratedColumns));
}

#[test]
fn a_table_is_not_changed_under_rules_that_are_unknown_here() {
    let foreign = json!({
        "minReaderVersion": 3, "minWriterVersion": 7,
        "readerFeatures": ["deletionVectors"], "writerFeatures": ["deletionVectors", "appendOnly"],
    });
    let foreign: Protocol = serde_json::from_value(foreign).unwrap();
    let refusal = check_writable(&foreign, &Metadata::default()).unwrap_err();
    assert_eq!(refusal.class, "DELTA_UNSUPPORTED_FEATURES_FOR_WRITE");
    assert!(refusal.message.ends_with("unsupported here: deletionVectors."), "{}", refusal.message);
}
