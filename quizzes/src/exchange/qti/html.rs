//! SQL, logs and result tables as HTML.

use crate::execution::{LogFile, Table};
use crate::question::Output;

/// Of a commit none of whose actions is of a kind that the excerpt shows.
const NOTHING_SHOWN: &str = "Nothing in this commit is of the kinds that are shown here.";

fn escaped(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// Scripts, those that are empty left out.
pub(super) fn sql(parts: &[&str]) -> String {
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.map(|part| format!("<pre><code>{}</code></pre>", escaped(part.trim()))).collect()
}

pub(super) fn log(log: &[LogFile]) -> String {
    let file = |file: &LogFile| {
        let name = format!("<p><code>{}</code></p>", escaped(&file.name));
        match file.text.as_str() {
            "" => format!("{name}<p>{NOTHING_SHOWN}</p>"),
            text => format!("{name}<pre><code>{}</code></pre>", escaped(text)),
        }
    };
    log.iter().map(file).collect()
}

pub(super) fn output(output: &Output) -> String {
    match output {
        Output::Table(table) => self::table(table),
        Output::Error(class) => format!("<code>{}</code>", escaped(class)),
    }
}

fn table(table: &Table) -> String {
    let row = |cells: String| format!("<tr>{cells}</tr>");
    let head: String = table.columns.iter().map(|column| format!("<th>{}</th>", escaped(column))).collect();
    let cell = |cell: &Option<String>| format!("<td>{}</td>", cell.as_deref().map_or("NULL".to_owned(), escaped));
    let rows: String = table.rows.iter().map(|cells| row(cells.iter().map(cell).collect())).collect();
    format!("<table><thead>{}</thead><tbody>{rows}</tbody></table>", row(head))
}
