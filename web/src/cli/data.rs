//! The data folder of a server, as commands use it that work beside one.

use std::path::{Path, PathBuf};

use anyhow::Error;

use super::Failure;
use crate::archives::Archives;
use crate::config::DATABASE_FILE;
use crate::store::{OpenError, Store};

/// A data folder that a server has made, or is to begin with.
pub struct DataFolder {
    database: PathBuf,
    pub archives: Archives,
    /// There is nothing in it yet; the first to write makes it.
    pub is_new: bool,
}

impl DataFolder {
    pub fn find(data: &Path) -> Result<Self, Failure> {
        let database = data.join(DATABASE_FILE);
        if !database.is_file() {
            return Err(Failure::usage_message(format!("{} is no data folder of a server", data.display()))
                .with_remedy("name the folder that `sandbar serve --data` is given; its first start fills it"));
        }
        Ok(Self { database, archives: Archives::of_data(data), is_new: false })
    }

    /// The data folder, or the place for one: a folder that is not there, or is empty.
    pub fn find_or_new(data: &Path) -> Result<Self, Failure> {
        let is_empty = match std::fs::read_dir(data) {
            Ok(mut entries) => entries.next().is_none(),
            Err(error) => error.kind() == std::io::ErrorKind::NotFound,
        };
        if !is_empty {
            return Self::find(data);
        }
        Ok(Self { database: data.join(DATABASE_FILE), archives: Archives::of_data(data), is_new: true })
    }

    /// To read only. A server may be running.
    pub async fn read(&self) -> Result<Store, Failure> {
        Store::open_to_read(&self.database).await.map_err(|error| {
            let remedy = match &error {
                OpenError::OtherVersion { .. } => "start `sandbar serve` of this version on the folder once",
                _ => "the folder must be readable, and writable by who runs this: the database keeps locks beside it",
            };
            Failure::usage(Error::new(error)).with_remedy(remedy)
        })
    }

    /// To write; a new folder's tables are made. Only after [`DataFolder::read`] has seen that the tables of another are this
    /// version's.
    pub async fn write(&self) -> Result<Store, Failure> {
        Store::open(&self.database).await.map_err(Failure::unavailable)
    }
}
