//! The files of a course by path, from a folder or from the binary itself.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rust_embed::RustEmbed;
use sandbar_labs::diagnostic::Finding;

/// Larger files are not part of any course.
const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

#[derive(RustEmbed)]
#[folder = "lakehouse-week3"]
struct Builtin;

/// Every file by its path relative to the course's folder, `/` between parts.
#[derive(Clone, Debug, Default)]
pub struct Files(BTreeMap<String, Cow<'static, [u8]>>);

impl Files {
    /// The course that is built into the binary.
    pub fn builtin() -> Self {
        let file = |path: Cow<'static, str>| Builtin::get(&path).map(|file| (path.into_owned(), file.data));
        Self(Builtin::iter().filter_map(file).collect())
    }

    /// Every file below the folder; hidden ones are left out.
    ///
    /// # Errors
    /// When a folder or a file cannot be read.
    pub fn of_folder(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        collect(folder, "", &mut files)?;
        Ok(Self(files))
    }

    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.0.get(path).map(AsRef::as_ref)
    }

    /// The file's text.
    ///
    /// # Errors
    /// A finding when there is no such file or it is not UTF-8.
    pub fn text(&self, path: &str) -> Result<&str, Finding> {
        let bytes = self.get(path).ok_or_else(|| self.missing(path))?;
        std::str::from_utf8(bytes)
            .map_err(|_| Finding::error("NOT_UTF8", "", "This file is not text in UTF-8.").in_file(path))
    }

    pub fn missing(&self, path: &str) -> Finding {
        let names = self.0.keys().map(String::as_str);
        let finding = Finding::error("MISSING_FILE", "", format!("There is no file `{path}`."));
        match sandbar_labs::authored::nearest(path, names) {
            Some(near) => finding.with_hint(format!("Did you mean `{near}`?")),
            None => finding,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, bytes)| (path.as_str(), bytes.as_ref()))
    }

    /// The files below a folder, by path relative to it.
    pub fn below<'a>(&'a self, folder: &str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        let prefix = format!("{}/", folder.trim_end_matches('/'));
        self.iter().filter_map(move |(path, bytes)| path.strip_prefix(&prefix).map(|rest| (rest, bytes)))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Vec<u8>)> for Files {
    fn from_iter<I: IntoIterator<Item = (String, Vec<u8>)>>(files: I) -> Self {
        Self(files.into_iter().map(|(path, bytes)| (path, Cow::Owned(bytes))).collect())
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Cow<'static, [u8]>>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else if metadata.is_file() && metadata.len() <= MAX_FILE_BYTES {
            files.insert(path, Cow::Owned(std::fs::read(entry.path())?));
        }
    }
    Ok(())
}
