//! Runs components, in a worker: interpreted, with counted steps, in a store of its own for each call.
//!
//! wasmtime compiles a component to the code of its interpreter, Pulley, and not to that of the processor: the worker may
//! then stay without memory that can be made executable, and the same steps are counted on every machine.

use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Config, Engine, Store, Trap};

use super::room::{Full, Room};
use super::wasi::{self, Chance};
use super::{Call, ComponentBytes, Said, read, world};
use crate::sandbox::Limits;

const STACK_BYTES: usize = 512 * 1024;
/// Steps on top for each byte of evidence, so that a student's long tables do not use up what a check has to judge them.
const STEPS_A_BYTE: u64 = 300;
/// Of each text that a component says; what is shown is shorter.
const MAX_CHARACTERS: usize = 4_000;
/// Compiled components that are kept.
const MOST_KEPT: usize = 8;

pub struct Runner {
    engine: Engine,
    fuel: u64,
    memory_bytes: u64,
    /// The one used last is the last.
    compiled: Vec<(ComponentBytes, Component)>,
}

/// What the host knows during one call.
pub struct Guest {
    room: Room,
    pub chance: Chance,
}

impl Runner {
    /// # Errors
    /// In words for the log: this machine has no interpreter.
    pub fn new(limits: &Limits) -> Result<Self, String> {
        let engine = config().and_then(|config| Engine::new(&config)).map_err(|error| format!("{error:#}"))?;
        let (fuel, memory_bytes) = (limits.check_fuel, limits.check_memory_bytes);
        Ok(Self { engine, fuel, memory_bytes, compiled: Vec::new() })
    }

    /// # Errors
    /// Why there is no verdict, in words for the component's author.
    pub fn judge(&mut self, call: &Call) -> Result<Said, String> {
        self.ask(call).map_err(|error| failure(&error))
    }

    fn ask(&mut self, call: &Call) -> wasmtime::Result<Said> {
        let component = self.component(&call.component)?;
        let mut linker = Linker::new(&self.engine);
        wasi::link(&mut linker, &component, &self.engine)?;
        let guest = Guest { room: Room::new(self.memory_bytes), chance: Chance::new(call.seed) };
        let mut store = Store::new(&self.engine, guest);
        store.limiter(|guest| &mut guest.room);
        let reading = STEPS_A_BYTE.saturating_mul(call.evidence.len() as u64);
        store.set_fuel(self.fuel.saturating_add(reading))?;
        let instance = linker.instantiate(&mut store, &component)?;
        let judge = instance.get_func(&mut store, world::FUNCTION);
        let judge = judge.ok_or_else(|| wasmtime::Error::msg("it has no such function"))?;
        let arguments = [Val::String(call.evidence.clone()), Val::String(call.config.clone()), Val::U64(call.seed)];
        let mut results = [Val::Bool(false)];
        judge.call(&mut store, &arguments, &mut results)?;
        let [verdict] = results;
        said(verdict).ok_or_else(|| wasmtime::Error::msg("it said something else than a verdict"))
    }

    /// Compiled once as long as this worker lives and not too many others come between.
    fn component(&mut self, bytes: &ComponentBytes) -> wasmtime::Result<Component> {
        let kept = self.compiled.iter().position(|(other, _)| other == bytes);
        let entry = match kept {
            Some(place) => self.compiled.remove(place),
            None => (bytes.clone(), Component::from_binary(&self.engine, bytes.as_slice())?),
        };
        let component = entry.1.clone();
        self.compiled.push(entry);
        if self.compiled.len() > MOST_KEPT {
            self.compiled.remove(0);
        }
        Ok(component)
    }
}

fn config() -> wasmtime::Result<Config> {
    let mut config = Config::new();
    config.target("pulley64")?;
    config.wasm_features(wasmparser::WasmFeatures::all(), false);
    config.wasm_features(read::features(), true);
    config.consume_fuel(true);
    config.max_wasm_stack(STACK_BYTES);
    config.cranelift_nan_canonicalization(true);
    // Memory is taken as it is asked for: what is only reserved would count against the worker's limits too.
    config.memory_reservation(0);
    config.memory_reservation_for_growth(0);
    config.memory_guard_size(0);
    // Needs a file.
    config.memory_init_cow(false);
    Ok(config)
}

fn failure(error: &wasmtime::Error) -> String {
    match error.downcast_ref::<Trap>() {
        Some(Trap::OutOfFuel) => "It took more steps than a check may.".to_owned(),
        Some(Trap::StackOverflow) => "It called itself too deeply.".to_owned(),
        Some(trap) => format!("It trapped: {trap}."),
        None => match error.downcast_ref::<Full>() {
            Some(full) => full.to_string(),
            None => cut(format!("It failed: {}.", error.root_cause())),
        },
    }
}

/// The record of the world.
fn said(verdict: Val) -> Option<Said> {
    let Val::Record(fields) = verdict else { return None };
    let mut fields = fields.into_iter();
    let mut next = |name: &str| fields.next().filter(|(found, _)| found == name).map(|(_, value)| value);
    let (Val::Bool(passed), Val::U32(per_mille)) = (next("passed")?, next("per-mille")?) else { return None };
    Some(Said {
        passed,
        per_mille,
        reason: text(next("reason")?)?,
        message: text(next("message")?)?,
        expected: optional(next("expected")?)?,
        found: optional(next("found")?)?,
        next_step: optional(next("next-step")?)?,
    })
}

fn text(value: Val) -> Option<String> {
    if let Val::String(text) = value { Some(cut(text)) } else { None }
}

fn optional(value: Val) -> Option<Option<String>> {
    match value {
        Val::Option(None) => Some(None),
        Val::Option(Some(value)) => text(*value).map(Some),
        _ => None,
    }
}

fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(MAX_CHARACTERS) {
        text.truncate(end);
    }
    text
}
