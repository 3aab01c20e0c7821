//! Which keys a worker may name.
//!
//! A key is relative to the workspace: parts joined by `/`. It never leads out of it: no part is empty, `.` or `..`, in
//! plain or percent-encoded form, and none holds a control character or a backslash.

use object_store::path::Path;

const LONGEST_KEY: usize = 1024;
const LONGEST_PART: usize = 255;

/// The key as a path within the workspace; `None` when it may not be used.
pub fn check(key: &str) -> Option<Path> {
    let fits = key.len() <= LONGEST_KEY && key.split('/').all(is_harmless);
    fits.then(|| Path::parse(key).ok())?
}

/// What of a key is longer than the storage takes: the name of a partition's folder is made of its values.
pub fn too_long(key: &str) -> Option<String> {
    if key.split('/').any(|part| part.len() > LONGEST_PART) {
        return Some(format!("A file or a folder of the table would have a name of more than {LONGEST_PART} bytes."));
    }
    let message = || format!("The way to a file of the table would have more than {LONGEST_KEY} bytes.");
    (key.len() > LONGEST_KEY).then(message)
}

/// Like [`check`], for the prefix of a listing: none means the whole workspace.
pub fn check_prefix(prefix: Option<&str>) -> Option<Option<Path>> {
    match prefix {
        None | Some("") => Some(None),
        Some(prefix) => check(prefix).map(Some),
    }
}

fn is_harmless(part: &str) -> bool {
    let plain = (1..=LONGEST_PART).contains(&part.len()) && !part.chars().any(|c| c.is_control() || c == '\\');
    plain && !is_dots(part) && !is_staging(part)
}

/// `.`, `..` and whatever becomes one of them by percent-decoding, once or several times.
fn is_dots(part: &str) -> bool {
    let mut decoded = part.to_ascii_lowercase();
    for _ in 0..part.len() {
        let next = decoded.replace("%2e", ".").replace("%25", "%");
        if next == decoded {
            break;
        }
        decoded = next;
    }
    matches!(decoded.as_str(), "." | "..")
}

/// `name#12`: how the store underneath calls a file that is not yet in place.
pub fn is_staging(part: &str) -> bool {
    part.rsplit_once('#').is_some_and(|(_, digits)| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_of_tables_are_accepted() {
        for key in [
            "default/inventory/_delta_log/00000000000000000000.json",
            "t/part-00000-0a-c000.snappy.parquet",
            "t/city=K%C3%B6ln/day=2024-01-15 00%3A00%3A00/part-1.parquet",
            "a..b/...c",
        ] {
            assert!(check(key).is_some(), "{key}");
        }
    }

    #[test]
    fn keys_that_lead_out_of_the_workspace_are_refused() {
        for key in [
            "",
            "..",
            "../other/t",
            "t/../../other",
            "/etc/passwd",
            "t//x",
            "t/",
            "./t",
            "%2e%2e/x",
            "%2E%2e/x",
            ".%2e/x",
            "%252e%252e/x",
            "t/\0",
            "t\\..\\x",
            "t/x#3",
            "t/\n",
        ] {
            assert!(check(key).is_none(), "{key:?}");
        }
    }

    #[test]
    fn a_key_longer_than_a_file_name_can_be_is_refused() {
        assert!(check(&"x".repeat(256)).is_none());
        assert!(check(&["x"; 600].join("/")).is_none());
    }

    proptest! {
        #[test]
        fn an_accepted_key_stays_below_its_root(key in "[a.%2eE/\\\\\0x]{0,24}") {
            if let Some(path) = check(&key) {
                let parts: Vec<_> = path.parts().collect();
                prop_assert!(!parts.is_empty());
                prop_assert!(parts.iter().all(|part| !matches!(part.as_ref(), "" | "." | "..")));
            }
        }
    }
}
