//! CSV for spreadsheets (RFC 4180), in which no cell of a student's making can become a formula.

/// The cells as one line with its end.
pub fn line<S: AsRef<str>>(cells: &[S]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell.as_ref())).collect();
    format!("{}\r\n", cells.join(","))
}

/// Spreadsheets take a cell that begins with one of these for a formula; an apostrophe in front makes it a text.
fn quoted(cell: &str) -> String {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let cell = if formula { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains([',', '"', '\n', '\r', ';', '\'']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_formula_becomes_a_text() {
        assert_eq!(line(&["=HYPERLINK(\"x\")", "Ada", "86.5"]), "\"'=HYPERLINK(\"\"x\"\")\",Ada,86.5\r\n");
        assert_eq!(line(&["-1", "@x", "a,b"]), "\"'-1\",\"'@x\",\"a,b\"\r\n");
    }

    proptest! {
        #[test]
        fn what_was_quoted_reads_back(cell in "[^=+@\t\r\n＝＋－＠-].{0,20}") {
            let text = quoted(&cell);
            let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(|rest| rest.replace("\"\"", "\""));
            prop_assert_eq!(inner.unwrap_or(text), cell);
        }
    }
}
