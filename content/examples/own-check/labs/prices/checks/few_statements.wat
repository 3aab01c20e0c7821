;; An instructor's own check, written by hand: the task takes at most so many statements as the lab's file says.
;;
;; evidence  {"schema":1,"task":2,"statements":[{..},{..}],"others":[..],..}   see docs/wasm-checks.md
;; config    {"most":2}
;;
;; One statement too many leaves half of the points, two leave none.
(component
  ;; The world `check` of grader/wit/check.wit: no function is imported, one is exported.
  (type $record (record
    (field "passed" bool)
    (field "per-mille" u32)
    (field "reason" string)
    (field "message" string)
    (field "expected" (option string))
    (field "found" (option string))
    (field "next-step" (option string))))
  (import "verdict" (type $verdict (eq $record)))

  (core module $check
    (memory (export "memory") 1)

    ;; 0: what is looked for. 64: what is said. 256: the verdict. 320 and 384: the two texts with numbers in them.
    (data (i32.const 0) "\"others\":")
    (data (i32.const 16) "\"most\":")
    (data (i32.const 64) "too_many")
    (data (i32.const 80) "The prices are right, but the task took more statements than it needs.")
    (data (i32.const 320) "at most ")
    (data (i32.const 388) " statements")

    ;; Where the host puts the two texts of a call: behind everything above, the second behind the first. Nothing is given
    ;; back, for an instance judges once.
    (global $free (mut i32) (i32.const 1024))
    (func (export "cabi_realloc") (param $old i32) (param $old_size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local $missing i32)
      (local.set $at (global.get $free))
      (global.set $free (i32.add (local.get $at) (local.get $size)))
      (local.set $missing (i32.sub (global.get $free) (i32.mul (memory.size) (i32.const 65536))))
      (if (i32.gt_s (local.get $missing) (i32.const 0))
        (then (drop (memory.grow (i32.add (i32.const 1) (i32.shr_u (local.get $missing) (i32.const 16)))))))
      (local.get $at))

    ;; Whether the bytes at $at are those of the word at $word.
    (func $is (param $at i32) (param $word i32) (param $length i32) (result i32)
      (local $index i32)
      (loop $next
        (if (i32.eq (local.get $index) (local.get $length)) (then (return (i32.const 1))))
        (if (i32.ne
              (i32.load8_u (i32.add (local.get $at) (local.get $index)))
              (i32.load8_u (i32.add (local.get $word) (local.get $index))))
          (then (return (i32.const 0))))
        (local.set $index (i32.add (local.get $index) (i32.const 1)))
        (br $next))
      unreachable)

    ;; From behind a text's opening quote to its closing one. What a student wrote stands in such texts and is passed over,
    ;; so that it cannot look like a part of the evidence.
    (func $text_end (param $at i32) (result i32)
      (local $byte i32)
      (loop $next
        (local.set $byte (i32.load8_u (local.get $at)))
        (if (i32.eq (local.get $byte) (i32.const 0x22)) (then (return (local.get $at)))) ;; "
        ;; A backslash takes the byte behind it along.
        (local.set $at (i32.add (local.get $at)
          (select (i32.const 2) (i32.const 1) (i32.eq (local.get $byte) (i32.const 0x5c)))))
        (br $next))
      unreachable)

    ;; How many objects the list `statements` has: those that open two levels deep, up to the field `others`.
    (func $statements (param $at i32) (param $end i32) (result i32)
      (local $byte i32)
      (local $depth i32)
      (local $count i32)
      (block $done
        (loop $next
          (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
          (local.set $byte (i32.or (i32.load8_u (local.get $at)) (i32.const 0x20))) ;; [ and { are now the same, so are ] and }
          (if (i32.eq (local.get $byte) (i32.const 0x22)) ;; "
            (then
              (br_if $done (i32.and
                (i32.eq (local.get $depth) (i32.const 1))
                (call $is (local.get $at) (i32.const 0) (i32.const 9))))
              (local.set $at (call $text_end (i32.add (local.get $at) (i32.const 1))))))
          (if (i32.eq (local.get $byte) (i32.const 0x7b)) ;; {
            (then
              (local.set $count (i32.add (local.get $count) (i32.eq (local.get $depth) (i32.const 2))))
              (local.set $depth (i32.add (local.get $depth) (i32.const 1)))))
          (if (i32.eq (local.get $byte) (i32.const 0x7d)) ;; }
            (then (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next)))
      (local.get $count))

    ;; The digit behind `"most":`; without it the component traps, which is told to the author.
    (func $most (param $at i32) (param $end i32) (result i32)
      (loop $next
        (if (i32.ge_u (local.get $at) (local.get $end)) (then unreachable))
        (if (call $is (local.get $at) (i32.const 16) (i32.const 7))
          (then (return (i32.sub (i32.load8_u offset=7 (local.get $at)) (i32.const 0x30)))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $next))
      unreachable)

    ;; A text in the verdict: where it is and how long.
    (func $say (param $field i32) (param $text i32) (param $length i32)
      (i32.store (local.get $field) (local.get $text))
      (i32.store offset=4 (local.get $field) (local.get $length)))

    (func (export "judge")
      (param $evidence i32) (param $evidence_length i32) (param $config i32) (param $config_length i32) (param $seed i64)
      (result i32)
      (local $count i32)
      (local $most i32)
      (local.set $count (call $statements
        (local.get $evidence) (i32.add (local.get $evidence) (local.get $evidence_length))))
      (local.set $most (call $most
        (local.get $config) (i32.add (local.get $config) (local.get $config_length))))

      ;; The record lies at 256: passed, per-mille at 4, reason at 8, message at 16, expected at 24, found at 36, next-step
      ;; at 48. An option is a byte and, four bytes on, its text.
      ;; Nothing that happened is no evidence: a task without statements does not pass.
      (i32.store8 (i32.const 256) (i32.and
        (i32.gt_u (local.get $count) (i32.const 0))
        (i32.le_u (local.get $count) (local.get $most))))
      (i32.store offset=4 (i32.const 256)
        (i32.mul (i32.const 500) (i32.eq (local.get $count) (i32.add (local.get $most) (i32.const 1)))))
      (call $say (i32.const 264) (i32.const 64) (i32.const 8))
      (call $say (i32.const 272) (i32.const 80) (i32.const 70))

      (i32.store8 (i32.const 328) (i32.add (local.get $most) (i32.const 0x30)))
      (i32.store8 (i32.const 280) (i32.const 1))
      (call $say (i32.const 284) (i32.const 320) (i32.const 9))

      ;; Two digits are enough to be told.
      (if (i32.gt_u (local.get $count) (i32.const 99)) (then (local.set $count (i32.const 99))))
      (i32.store8 (i32.const 386) (i32.add (i32.div_u (local.get $count) (i32.const 10)) (i32.const 0x30)))
      (i32.store8 (i32.const 387) (i32.add (i32.rem_u (local.get $count) (i32.const 10)) (i32.const 0x30)))
      (i32.store8 (i32.const 292) (i32.const 1))
      (if (i32.lt_u (local.get $count) (i32.const 10))
        (then (call $say (i32.const 296) (i32.const 387) (i32.const 12)))
        (else (call $say (i32.const 296) (i32.const 386) (i32.const 13))))

      (i32.const 256)))

  (core instance $check (instantiate $check))
  (alias core export $check "memory" (core memory $memory))
  (alias core export $check "cabi_realloc" (core func $cabi_realloc))
  (alias core export $check "judge" (core func $core_judge))
  (func $judge (param "evidence" string) (param "config" string) (param "seed" u64) (result $verdict)
    (canon lift (core func $core_judge) (memory $memory) (realloc $cabi_realloc)))
  (export "judge" (func $judge)))
