use super::*;

fn bundle() -> Bundle {
    let release: Files = [("course.yml".to_owned(), b"slug: c".to_vec())].into_iter().collect();
    let submission = BTreeMap::from([("a.sql".to_owned(), b"SELECT 1".to_vec())]);
    let hash = Submission { name: String::new(), files: submission.clone() }.hash();
    let engine = ReplayToken::ENGINE.to_owned();
    let token = ReplayToken { release: release::id(&release), seed: 7, engine, submission: hash };
    Bundle { lab: "delta".to_owned(), token, release, submission }
}

/// The bundle's archive with one file put in its place.
fn with(path: &str, bytes: &[u8]) -> Vec<u8> {
    let mut files = archive::unpack(&bundle().write().unwrap(), BOUNDS).unwrap();
    files.insert(path.to_owned(), bytes.to_vec());
    archive::pack(files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())), BOUNDS).unwrap()
}

fn refused(bytes: &[u8]) -> String {
    Bundle::read(bytes).unwrap_err().code
}

#[test]
fn a_bundle_is_the_same_bytes_twice_and_is_read_back() {
    let bytes = bundle().write().unwrap();
    assert_eq!(bytes, bundle().write().unwrap());
    let read = Bundle::read(&bytes).unwrap();
    assert_eq!((read.lab.as_str(), &read.token), ("delta", &bundle().token));
    assert_eq!(read.submission, bundle().submission);
    assert_eq!(release::id(&read.release), read.token.release);
}

#[test]
fn changed_and_added_files_are_refused_and_so_is_what_is_no_bundle() {
    for (path, bytes) in [
        ("release/course.yml", &b"slug: d"[..]),
        ("release/more.md", b"x"),
        ("submission/a.sql", b"SELECT 2"),
        ("submission/b.sql", b"SELECT 1"),
    ] {
        assert_eq!(refused(&with(path, bytes)), "CHANGED_FILES", "{path}");
    }
    for head in [&b"{}"[..], b"no JSON", br#"{"bundle": 2, "lab": "delta", "replay": "sandbar:1:a:1:b:c"}"#] {
        assert_eq!(refused(&with(HEAD, head)), "NO_BUNDLE");
    }
    assert_eq!(refused(b"SELECT 1"), "BAD_ARCHIVE");
    assert_eq!(refused(&release::write(&bundle().release).unwrap()), "NO_BUNDLE");
    let mut other = bundle();
    other.submission.clear();
    assert_eq!(other.write().unwrap_err().code, "CHANGED_FILES", "nor is it written");
}
