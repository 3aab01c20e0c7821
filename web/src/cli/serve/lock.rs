//! One server a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

use anyhow::Error;

use crate::cli::Failure;
use crate::config::LOCK_FILE;

/// The right to use a data folder, until it is dropped or the process ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Makes the folder when it is missing, and takes it.
pub fn take(data: &Path) -> Result<Lock, Failure> {
    let name = data.display();
    let unusable = |error: std::io::Error| {
        let error = Error::new(error).context(format!("the data folder {name} cannot be used"));
        Failure::usage(error).with_remedy("name a folder that you may write to with --data")
    };
    std::fs::create_dir_all(data).map_err(unusable)?;
    let file =
        OpenOptions::new().create(true).truncate(false).write(true).open(data.join(LOCK_FILE)).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock { _file: file }),
        Err(TryLockError::WouldBlock) => {
            Err(Failure::usage_message(format!("the data folder {name} is in use by another sandbar"))
                .with_remedy("stop the other server, or name another folder with --data"))
        }
        Err(TryLockError::Error(error)) => Err(unusable(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_taken_once_and_free_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let first = take(folder.path()).unwrap();
        assert!(take(folder.path()).is_err());
        drop(first);
        assert!(take(folder.path()).is_ok());
    }

    #[test]
    fn a_file_is_no_data_folder() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(take(file.path()).is_err());
    }
}
