//! The replay token: the four things that fix a report, in one line.

use std::fmt;
use std::str::FromStr;

use crate::submission::Submission;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Same release, seed, engine and submission: same report, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayToken {
    /// Content-addressed id of the course's release, hexadecimal.
    pub release: String,
    pub seed: u64,
    /// Version of the program that graded.
    pub engine: String,
    /// SHA-256 of the submission's files, hexadecimal.
    pub submission: String,
}

impl ReplayToken {
    /// The version of the engine that is running.
    pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

    /// Of a submission that is graded now.
    pub fn of(submission: &Submission, seed: u64, release: &str) -> Self {
        let engine = Self::ENGINE.to_owned();
        Self { release: release.to_owned(), seed, engine, submission: submission.hash() }
    }
}

impl fmt::Display for ReplayToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sandbar:1:{}:{}:{}:{}", self.release, self.seed, self.engine, self.submission)
    }
}

impl FromStr for ReplayToken {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.trim().split(':').collect();
        let ["sandbar", "1", release, seed, engine, submission] = parts[..] else {
            return Err("a replay token reads sandbar:1:RELEASE:SEED:ENGINE:SUBMISSION".to_owned());
        };
        let seed = seed.parse().map_err(|_| format!("`{seed}` in the replay token is not a seed"))?;
        Ok(Self { release: release.into(), seed, engine: engine.into(), submission: submission.into() })
    }
}

impl Serialize for ReplayToken {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReplayToken {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::ReplayToken;

    #[test]
    fn a_token_reads_back_as_it_was_written() {
        let token = ReplayToken { release: "ab12".into(), seed: 7, engine: "0.1.0".into(), submission: "ff00".into() };
        assert_eq!(token.to_string(), "sandbar:1:ab12:7:0.1.0:ff00");
        assert_eq!(token.to_string().parse::<ReplayToken>().unwrap(), token);
        assert!("sandbar:2:a:1:b:c".parse::<ReplayToken>().is_err());
        assert!("sandbar:1:a:x:b:c".parse::<ReplayToken>().is_err());
    }
}
