//! What may stand behind the three marks that open a fence.

use sandbar_labs::authored::nearest;
use sandbar_labs::diagnostic::{Finding, Position};

/// Fences that a page makes something of.
const SPECIAL: &[&str] = &["answer", "question", "sql", "svg"];
/// Languages that a fence may name and that only look like one of them.
const LANGUAGES: &[&str] =
    &["bash", "console", "csv", "ini", "java", "json", "python", "r", "scala", "text", "toml", "yaml"];

/// Words that mean nothing where they stand: what they were to be would be shown as code, a question with its answers.
pub fn unknown_words(info: &str, position: Position) -> Vec<Finding> {
    let words: Vec<&str> = info.split_whitespace().collect();
    let unknown = |word: &str, known: &[&str]| {
        let message = format!("`{word}` means nothing behind the three marks of this fence.");
        let hint = match nearest(word, known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None if known.is_empty() => "Leave it out.".to_owned(),
            None => format!("Known here: {}.", known.join(", ")),
        };
        Finding::error("UNKNOWN_FENCE", "", message).at(position).with_hint(hint)
    };
    match words.as_slice() {
        ["sql", "run", more @ ..] => {
            let odd = more.iter().filter(|word| !word.starts_with("error="));
            odd.map(|word| unknown(word, &["error=CLASS"])).collect()
        }
        ["sql", more @ ..] => more.iter().map(|word| unknown(word, &["run"])).collect(),
        ["question" | "answer", word, ..] => vec![unknown(word, &[])],
        [language, ..] if LANGUAGES.contains(language) || SPECIAL.contains(language) => Vec::new(),
        [word, ..] if nearest(word, SPECIAL.iter().copied()).is_some() => vec![unknown(word, SPECIAL)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hints(info: &str) -> Vec<String> {
        let found = unknown_words(info, Position { line: 3, column: 1 });
        found.into_iter().filter_map(|finding| finding.hint).collect()
    }

    #[test]
    fn a_misspelt_fence_is_told_and_code_of_any_language_is_not() {
        assert_eq!(hints("qustion"), ["Did you mean `question`?"]);
        assert_eq!(hints("sqll run"), ["Did you mean `sql`?"]);
        assert_eq!(hints("sql rum"), ["Did you mean `run`?"]);
        assert_eq!(hints("sql run eror=DIVIDE_BY_ZERO"), ["Known here: error=CLASS."]);
        assert_eq!(hints("anwser"), ["Did you mean `answer`?"]);
        for fine in [
            "",
            "sql",
            "sql run",
            "sql run error=X",
            "question",
            "svg title=\"A b\"",
            "json",
            "python",
            "haskell",
            "text",
        ] {
            assert_eq!(hints(fine), [""; 0], "{fine}");
        }
    }
}
