//! The id of a course's content: the same files give the same id everywhere.

use sha2::{Digest, Sha256};

use crate::files::Files;

/// SHA-256 over every path and its bytes, in the order of the paths; the first 16 hexadecimal digits.
pub fn id(files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (path, bytes) in files.iter() {
        hasher.update((path.len() as u64).to_le_bytes());
        hasher.update(path.as_bytes());
        hasher.update((bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    }
    let mut id = hex::encode(hasher.finalize());
    id.truncate(16);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pairs: &[(&str, &str)]) -> Files {
        pairs.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_id_depends_on_names_and_bytes_and_on_nothing_else() {
        let id_of = |pairs: &[(&str, &str)]| id(&files(pairs));
        assert_eq!(id_of(&[("a", "1"), ("b", "2")]), id_of(&[("b", "2"), ("a", "1")]));
        assert_ne!(id_of(&[("a", "1")]), id_of(&[("a", "2")]));
        assert_ne!(id_of(&[("a", "bc")]), id_of(&[("ab", "c")]));
        assert_eq!(id_of(&[]).len(), 16);
    }
}
