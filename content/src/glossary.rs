//! The course's glossary: its terms, each with the place of the lesson that explains it.

use sandbar_labs::authored::{Fields, Node, yaml};
use sandbar_labs::diagnostic::{Finding, Severity};

use crate::files::Files;
use crate::markdown;

/// The glossary's file in the course's folder.
pub const FILE: &str = "glossary.yml";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    pub term: String,
    /// `time-travel`: what the term is linked to by.
    pub id: String,
    /// Other words for it.
    pub also: Vec<String>,
    /// Inline HTML.
    pub html: String,
    /// The page that says more: `/lessons/time-travel#reading-it`.
    pub see: Option<String>,
}

/// The terms in alphabetical order; none without a glossary.
///
/// # Errors
/// Every mistake with its line.
pub fn load(files: &Files) -> Result<Vec<Term>, Vec<Finding>> {
    if files.get(FILE).is_none() {
        return Ok(Vec::new());
    }
    let node = files.text(FILE).and_then(yaml::parse).map_err(|finding| vec![finding.in_file(FILE)])?;
    let mut findings = Vec::new();
    let mut terms = read(&node, &mut findings);
    terms.sort_by_key(|term| term.term.to_lowercase());
    if findings.is_empty() {
        Ok(terms)
    } else {
        Err(findings.into_iter().map(|finding| finding.in_file(FILE)).collect())
    }
}

fn read(node: &Node, findings: &mut Vec<Finding>) -> Vec<Term> {
    let Some(mut fields) = Fields::of(node, "", findings) else { return Vec::new() };
    let mut terms: Vec<Term> = Vec::new();
    for (path, node) in fields.list("terms", findings) {
        let Some(mut fields) = Fields::of(node, path.as_str(), findings) else { continue };
        let term = fields.filled_text("term", findings);
        let text = fields.filled_text("text", findings);
        let also = fields.filled_texts("also", findings);
        let see = fields.text("see", findings);
        fields.finish_as(Severity::Error, findings);
        let id = id_of(&term);
        if terms.iter().any(|other| other.id == id) {
            let message = format!("There is already a term `{term}`.");
            findings.push(Finding::error("DUPLICATE_TERM", path, message).at(node.position));
        }
        terms.push(Term { term, id, also, html: markdown::inline_to_html(&text), see });
    }
    fields.finish_as(Severity::Error, findings);
    terms
}

/// Letters and digits in lower case, with hyphens between words.
fn id_of(term: &str) -> String {
    let words = term.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &str) -> Files {
        [(FILE.to_owned(), text.as_bytes().to_vec())].into_iter().collect()
    }

    #[test]
    fn terms_are_in_the_order_of_the_alphabet() {
        let text = "terms:\n  - { term: Version, text: 'A `commit`.', see: /lessons/x }\n  - { term: add file, text: An action., also: [add] }\n";
        let terms = load(&files(text)).unwrap();
        let seen: Vec<(&str, &str)> = terms.iter().map(|term| (term.id.as_str(), term.html.as_str())).collect();
        assert_eq!(seen, [("add-file", "An action."), ("version", "A <code>commit</code>.")]);
        assert!(load(&Files::default()).unwrap().is_empty());
    }

    #[test]
    fn a_term_twice_and_a_field_that_nobody_reads_are_told() {
        let text = "terms:\n  - { term: Version, text: x }\n  - { term: version, txt: x }\n";
        let codes: Vec<String> = load(&files(text)).unwrap_err().into_iter().map(|finding| finding.code).collect();
        assert_eq!(codes, ["UNKNOWN_FIELD", "DUPLICATE_TERM"], "`txt` is `text`, which is not missing");
    }
}
