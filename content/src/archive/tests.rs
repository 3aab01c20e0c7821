use super::*;

const BOUNDS: Bounds = Bounds { max_files: 3, max_bytes: 10_000 };

fn packed(files: &[(&str, &[u8])]) -> Result<Vec<u8>, Finding> {
    pack(files.iter().map(|(path, bytes)| ((*path).to_owned(), *bytes)), BOUNDS)
}

/// An archive as some other program writes it.
fn foreign(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        writer.start_file(*path, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn the_same_files_in_any_order_are_the_same_bytes_and_are_read_back() {
    let files: [(&str, &[u8]); 3] = [("b/ü.sql", b"SELECT 1"), ("a.yml", b""), ("b/a.sql", &[0, 255])];
    let mut turned = files;
    turned.reverse();
    let bytes = packed(&files).unwrap();
    assert_eq!(bytes, packed(&turned).unwrap());
    let read = unpack(&bytes, BOUNDS).unwrap();
    assert_eq!(read.len(), 3);
    assert!(files.iter().all(|(path, bytes)| read[*path] == *bytes), "{read:?}");
}

#[test]
fn more_than_the_bounds_is_neither_written_nor_read() {
    let zeros = vec![0; BOUNDS.max_bytes + 1];
    let four: [(&str, &[u8]); 4] = [("a", b""), ("b", b""), ("c", b""), ("d", b"")];
    for files in [&four[..], &[("a", &zeros)]] {
        assert_eq!(packed(files).unwrap_err().code, "ARCHIVE_TOO_LARGE");
        assert_eq!(unpack(&foreign(files), BOUNDS).unwrap_err().code, "ARCHIVE_TOO_LARGE");
    }
    let half = vec![0; BOUNDS.max_bytes / 2 + 1];
    assert_eq!(unpack(&foreign(&[("a", &half), ("b", &half)]), BOUNDS).unwrap_err().code, "ARCHIVE_TOO_LARGE");
}

#[test]
fn paths_that_leave_the_archive_and_what_is_no_archive_are_refused() {
    for path in ["../x", "a/../../x", "/x", "..\\x", "C:\\x"] {
        assert_eq!(packed(&[(path, b"x")]).unwrap_err().code, "UNSAFE_ARCHIVE", "{path}");
        assert_eq!(unpack(&foreign(&[(path, b"x")]), BOUNDS).unwrap_err().code, "UNSAFE_ARCHIVE", "{path}");
    }
    for bytes in [&b""[..], b"PK\x03\x04nothing", b"SELECT 1"] {
        assert_eq!(unpack(bytes, BOUNDS).unwrap_err().code, "BAD_ARCHIVE");
    }
    let whole = packed(&[("a", b"some text")]).unwrap();
    assert_eq!(unpack(&whole[..whole.len() - 5], BOUNDS).unwrap_err().code, "BAD_ARCHIVE");
}
