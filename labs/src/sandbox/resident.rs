//! How much memory a process holds, from /proc.

/// Resident bytes; `None` when there is no such process.
pub fn resident_bytes(pid: i32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let kibibytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let number: u64 = kibibytes.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(number * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_holds_some_memory_and_a_missing_one_none() {
        let mine = resident_bytes(std::process::id().cast_signed()).expect("this process is there");
        assert!(mine > 1024 * 1024);
        assert_eq!(resident_bytes(-1), None);
    }
}
