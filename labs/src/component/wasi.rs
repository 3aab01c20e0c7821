//! The WASI that a component finds: no arguments, no environment, no folder, clocks that stand, and chance that follows from
//! the seed. Whatever else it imports is a trap that says its name.
//!
//! Toolchains import WASI on behalf of their libraries. The few answers here are those that a library asks for by itself, at
//! its start or for a hash map; they give nothing away and are the same each time.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use wasmtime::Engine;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, Val};

use super::run::Guest;

/// More random bytes at once are refused.
const MOST_BYTES: u64 = 64 * 1024;

/// Numbers that follow from a seed.
pub struct Chance(ChaCha8Rng);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }
}

type Answer = fn(&mut Chance, &[Val]) -> Option<Val>;

/// Interface, function, answer.
const ANSWERS: &[(&str, &str, Answer)] = &[
    ("wasi:cli/environment", "get-arguments", |_, _| Some(Val::List(Vec::new()))),
    ("wasi:cli/environment", "get-environment", |_, _| Some(Val::List(Vec::new()))),
    ("wasi:cli/environment", "initial-cwd", |_, _| Some(Val::Option(None))),
    ("wasi:clocks/monotonic-clock", "now", |_, _| Some(Val::U64(0))),
    ("wasi:clocks/monotonic-clock", "resolution", |_, _| Some(Val::U64(1))),
    ("wasi:clocks/wall-clock", "now", |_, _| Some(moment(0))),
    ("wasi:clocks/wall-clock", "resolution", |_, _| Some(moment(1))),
    ("wasi:filesystem/preopens", "get-directories", |_, _| Some(Val::List(Vec::new()))),
    ("wasi:random/insecure", "get-insecure-random-bytes", bytes),
    ("wasi:random/insecure", "get-insecure-random-u64", number),
    ("wasi:random/insecure-seed", "insecure-seed", |chance, given| {
        Some(Val::Tuple(vec![number(chance, given)?, number(chance, given)?]))
    }),
    ("wasi:random/random", "get-random-bytes", bytes),
    ("wasi:random/random", "get-random-u64", number),
];

/// Gives the component everything that it imports.
pub fn link(linker: &mut Linker<Guest>, component: &Component, engine: &Engine) -> wasmtime::Result<()> {
    for (interface, item) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(instance) = item.ty else { continue };
        let names: Vec<&str> = instance
            .exports(engine)
            .filter(|(_, item)| matches!(item.ty, ComponentItem::ComponentFunc(_)))
            .map(|(name, _)| name)
            .collect();
        for name in names {
            let Some(answer) = answer_of(interface, name) else { continue };
            linker.instance(interface)?.func_new(name, move |mut store, _, given, results| {
                let said = answer(&mut store.data_mut().chance, given);
                let said = said.ok_or_else(|| wasmtime::Error::msg("it asked WASI for too many random bytes"))?;
                results.iter_mut().zip([said]).for_each(|(result, said)| *result = said);
                Ok(())
            })?;
        }
    }
    linker.define_unknown_imports_as_traps(component)
}

/// Interfaces are named with their version, functions are the same in all of them.
fn answer_of(interface: &str, function: &str) -> Option<Answer> {
    let name = interface.split('@').next().unwrap_or(interface);
    ANSWERS.iter().find(|(known, asked, _)| *known == name && *asked == function).map(|(_, _, answer)| *answer)
}

fn moment(nanoseconds: u32) -> Val {
    let field = |name: &str, value| (name.to_owned(), value);
    Val::Record(vec![field("seconds", Val::U64(0)), field("nanoseconds", Val::U32(nanoseconds))])
}

fn number(chance: &mut Chance, _: &[Val]) -> Option<Val> {
    Some(Val::U64(chance.0.next_u64()))
}

fn bytes(chance: &mut Chance, given: &[Val]) -> Option<Val> {
    let [Val::U64(length)] = given else { return None };
    let length = usize::try_from(*length).ok().filter(|_| *length <= MOST_BYTES)?;
    let mut bytes = vec![0; length];
    chance.0.fill_bytes(&mut bytes);
    Some(Val::List(bytes.into_iter().map(Val::U8).collect()))
}
