//! Components that try to escape, to stall, to take everything, and to say too much. Each is a few lines of text.

use super::*;
use crate::diagnostic::Finding;
use crate::sandbox::Limits;

/// The record of the world, the function that is exported, and what stands between: `core` are parts of the core module,
/// `judge` is its function's body, which leaves the address of a verdict.
fn text(imports: &str, core: &str, judge: &str) -> String {
    format!(
        r#"(component
  (type $record (record (field "passed" bool) (field "per-mille" u32) (field "reason" string) (field "message" string)
    (field "expected" (option string)) (field "found" (option string)) (field "next-step" (option string))))
  (import "verdict" (type $verdict (eq $record)))
  {imports}
  (core module $m
    (memory (export "memory") 2)
    (global $free (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $free)
      (global.set $free (i32.add (global.get $free) (local.get 3))))
    {core}
    (func (export "judge") (param $evidence i32) (param $length i32) (param i32 i32 i64) (result i32) {judge}))
  (core instance $i (instantiate $m))
  (func $judge (param "evidence" string) (param "config" string) (param "seed" u64) (result $verdict)
    (canon lift (core func $i "judge") (memory (core memory $i "memory")) (realloc (core func $i "cabi_realloc"))))
  (export "judge" (func $judge)))"#
    )
}

fn judged(core: &str, judge: &str) -> Result<Said, String> {
    called(&text("", core, judge), 0)
}

fn called(text: &str, seed: u64) -> Result<Said, String> {
    let component = read(text.as_bytes()).unwrap_or_else(|finding| panic!("{finding:?}"));
    let mut runner = Runner::new(&Limits { check_fuel: 20_000_000, ..Limits::default() }).unwrap();
    runner.judge(&Call { component, evidence: "{}".to_owned(), config: "{}".to_owned(), seed })
}

fn refused(text: &str) -> Finding {
    read(text.as_bytes()).unwrap_err()
}

/// Leaves a verdict whose message is the bytes at 1024, so many.
fn says(length: &str) -> String {
    format!("(i32.store (i32.const 80) (i32.const 1024)) (i32.store (i32.const 84) {length}) (i32.const 64)")
}

#[test]
fn a_component_is_given_its_texts_and_says_a_verdict() {
    let evidence_is_passed = "(i32.store8 (i32.const 64) (i32.eq (local.get $length) (i32.const 2)))
        (i32.store offset=4 (i32.const 64) (i32.const 250)) (i32.store offset=16 (i32.const 64) (local.get $evidence))
        (i32.store offset=20 (i32.const 64) (local.get $length)) (i32.store8 offset=24 (i32.const 64) (i32.const 1))
        (i32.const 64)";
    let said = judged("", evidence_is_passed).unwrap();
    let expected = Said {
        passed: true,
        per_mille: 250,
        message: "{}".to_owned(),
        expected: Some(String::new()),
        ..Said::default()
    };
    assert_eq!(said, expected);
}

#[test]
fn an_endless_loop_ends_when_its_steps_are_used_up() {
    let why = judged("", "(loop (br 0)) unreachable").unwrap_err();
    assert_eq!(why, "It took more steps than a check may.");
}

#[test]
fn a_loop_at_its_start_ends_too() {
    let why = judged("(func $start (loop (br 0))) (start $start)", "(i32.const 64)").unwrap_err();
    assert_eq!(why, "It took more steps than a check may.");
}

#[test]
fn memory_beyond_the_limit_is_not_given() {
    let pages = |pages: u32| judged("", &format!("(drop (memory.grow (i32.const {pages}))) (i32.const 64)"));
    assert!(pages(1022).is_ok(), "64 MiB in all");
    assert_eq!(pages(1023).unwrap_err(), "It asked for more than 64 MiB of memory.");
    let at_once =
        text("", "", "(i32.const 64)").replace("(memory (export \"memory\") 2)", "(memory (export \"memory\") 2000)");
    assert_eq!(called(&at_once, 0).unwrap_err(), "It asked for more than 64 MiB of memory.");
}

#[test]
fn several_memories_share_the_limit() {
    let twice = text("", "", "(i32.const 64)").replace(
        "(core instance $i (instantiate $m))",
        "(core module $more (memory 600)) (core instance (instantiate $more)) (core instance (instantiate $more))
         (core instance $i (instantiate $m))",
    );
    assert_eq!(called(&twice, 0).unwrap_err(), "It asked for more than 64 MiB of memory.");
}

#[test]
fn tables_are_bounded() {
    let why = judged("(table 30000 funcref)", "(i32.const 64)").unwrap_err();
    assert_eq!(why, "Its tables are larger than 20000 elements.");
}

#[test]
fn a_function_that_calls_itself_for_ever_is_ended() {
    let why = judged("(func $deep (result i32) (i32.add (call $deep) (i32.const 1)))", "(call $deep)").unwrap_err();
    assert_eq!(why, "It called itself too deeply.");
}

#[test]
fn an_address_outside_of_its_memory_is_a_trap() {
    for judge in ["(i32.load (i32.const -8))", "(i32.const -64)", "unreachable"] {
        let why = judged("", judge).unwrap_err();
        assert!(why.starts_with("It "), "{why}");
    }
}

#[test]
fn a_text_of_ten_megabytes_is_cut_on_the_way() {
    let fill =
        "(drop (memory.grow (i32.const 200))) (memory.fill (i32.const 1024) (i32.const 120) (i32.const 10485760))";
    match judged("", &format!("{fill} {}", says("(i32.const 10485760)"))) {
        Ok(said) => assert!(said.message.starts_with("xxx") && said.message.len() < 20_000, "{}", said.message.len()),
        Err(why) => panic!("{why}"),
    }
}

#[test]
fn what_is_no_text_is_no_verdict() {
    let why = judged("(data (i32.const 1024) \"\\ff\\fe\")", &says("(i32.const 2)")).unwrap_err();
    assert!(why.contains("utf-8"), "{why}");
}

#[test]
fn nothing_is_left_for_the_next_call() {
    let count = "(i32.store (i32.const 68) (i32.add (i32.load (i32.const 4000)) (i32.const 1)))
        (i32.store (i32.const 4000) (i32.load (i32.const 68))) (i32.const 64)";
    let component = read(text("", "", count).as_bytes()).unwrap();
    let mut runner = Runner::new(&Limits::default()).unwrap();
    let mut ask = || {
        let call = Call { component: component.clone(), evidence: String::new(), config: String::new(), seed: 1 };
        runner.judge(&call).unwrap().per_mille
    };
    assert_eq!((ask(), ask()), (1, 1));
}

#[test]
fn an_import_of_a_function_is_refused_by_name() {
    let finding =
        refused(&text("(import \"acme:net/http@1.0.0\" (instance (export \"get\" (func))))", "", "(i32.const 64)"));
    assert_eq!(finding.code, "FORBIDDEN_IMPORT");
    assert!(finding.message.contains("`acme:net/http@1.0.0`"), "{finding:?}");
    let finding = refused(&text("(import \"open\" (func (param \"path\" string)))", "", "(i32.const 64)"));
    assert!(finding.message.contains("`open`"), "{finding:?}");
}

/// Calls a function of WASI that gives a number, which becomes the share.
fn asks_wasi(interface: &str, function: &str) -> String {
    let imports = format!(
        r#"(import "{interface}" (instance $wasi (export "{function}" (func (result u64)))))
        (core func $number (canon lower (func $wasi "{function}")))"#
    );
    text(&imports, "", "(i32.store (i32.const 68) (i32.wrap_i64 (call $number))) (i32.const 64)")
        .replace("(core module $m", "(core module $m (import \"w\" \"number\" (func $number (result i64)))")
        .replace("(instantiate $m)", "(instantiate $m (with \"w\" (instance (export \"number\" (func $number)))))")
}

#[test]
fn wasi_is_empty_its_clock_stands_and_its_chance_follows_from_the_seed() {
    let clock = asks_wasi("wasi:clocks/monotonic-clock@0.2.3", "now");
    assert_eq!(called(&clock, 5).unwrap().per_mille, 0);
    let chance = asks_wasi("wasi:random/insecure@0.2.0", "get-insecure-random-u64");
    let draw = |seed| called(&chance, seed).unwrap().per_mille;
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
}

#[test]
fn what_wasi_does_not_have_here_traps_with_its_name() {
    let why = called(&asks_wasi("wasi:sockets/network@0.2.0", "instance-network"), 1).unwrap_err();
    assert!(why.contains("wasi:sockets/network@0.2.0") && why.contains("instance-network"), "{why}");
}

#[test]
fn what_is_no_component_of_the_world_is_refused_with_what_it_is() {
    let right = text("", "", "(i32.const 64)");
    for (text, code, told) in [
        ("(module)".to_owned(), "NOT_A_COMPONENT", "core module"),
        ("(component)".to_owned(), "WRONG_WORLD", "`judge`"),
        (right.replace("(export \"judge\" (func $judge))", ""), "WRONG_WORLD", "`judge`"),
        (right.replace("(param \"seed\" u64)", "(param \"sed\" u64)"), "WRONG_WORLD", "sed: u64"),
        (right.replace("\"per-mille\" u32", "\"points\" u32"), "WRONG_WORLD", "points: u32"),
    ] {
        let finding = refused(&text);
        assert_eq!(finding.code, code, "{finding:?}");
        assert!(finding.message.contains(told), "{finding:?}");
    }
}

#[test]
fn a_mistake_in_the_text_has_its_place() {
    let finding = refused("(component\n  (core modul))");
    assert_eq!((finding.code.as_str(), finding.line, finding.column), ("BAD_COMPONENT", Some(2), Some(4)));
    assert_eq!(refused("").code, "BAD_COMPONENT");
    assert_eq!(read(b"\0asm\x0d\0\x01\0\xff\xff").unwrap_err().code, "BAD_COMPONENT");
    assert_eq!(read(&vec![b' '; MAX_COMPONENT_BYTES + 1]).unwrap_err().code, "COMPONENT_TOO_LARGE");
}

#[test]
fn the_world_on_file_is_the_one_that_is_taken() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../grader/wit/check.wit");
    let file = std::fs::read_to_string(file).unwrap();
    let code: Vec<&str> = file.lines().map(str::trim).filter(|line| !line.starts_with("///")).collect();
    let code = code.join(" ");
    let (record, rest) = code.split_once("record verdict {").and_then(|(_, rest)| rest.split_once('}')).unwrap();
    let function = rest.split_once("export judge: ").and_then(|(_, rest)| rest.split_once(" -> verdict;")).unwrap().0;
    let fields = record.trim().trim_end_matches(',');
    assert_eq!(super::world::EXPECTED, format!("{function} -> record {{ {fields} }}"));
}

#[test]
fn a_component_crosses_the_pipe_unchanged() {
    let component = read(text("", "", "(i32.const 64)").as_bytes()).unwrap();
    let call = Call { component, evidence: "{}".to_owned(), config: "[]".to_owned(), seed: u64::MAX };
    let bytes = rmp_serde::to_vec_named(&call).unwrap();
    assert!(bytes.len() < call.component.as_slice().len() + 100);
    assert_eq!(rmp_serde::from_slice::<Call>(&bytes).unwrap(), call);
}
