//! Looks at a component before anything of it runs: is it one, of the world, and what does it import?

use wasmparser::component_types::ComponentEntityType;
use wasmparser::{Parser, Payload, Validator, WasmFeatures};

use super::{ComponentBytes, MAX_COMPONENT_BYTES, world};
use crate::diagnostic::{Finding, Position};

/// The only functions that a component may import: toolchains add them unasked. See [`super::wasi`].
const WASI: &str = "wasi:";

/// A component in its binary form, from that or from its text.
///
/// # Errors
/// What is wrong with it; a mistake in a text has its line and column.
pub fn read(file: &[u8]) -> Result<ComponentBytes, Finding> {
    if file.len() > MAX_COMPONENT_BYTES {
        let message = format!("The component has {} bytes; at most {MAX_COMPONENT_BYTES} are taken.", file.len());
        let hint = "Build it for size, and strip names and debug information.";
        return Err(Finding::error("COMPONENT_TOO_LARGE", "", message).with_hint(hint));
    }
    let binary = if file.starts_with(b"\0asm") { file.to_vec() } else { assembled(file)? };
    if Parser::is_core_wasm(&binary) {
        return Err(Finding::error("NOT_A_COMPONENT", "", "This is a core module, not a component.")
            .with_hint("`wasm-tools component new` makes a component of a module that was built for the world."));
    }
    let mut validator = Validator::new_with_features(features());
    let types = validator.validate_all(&binary).map_err(|error| bad(error.message()))?;
    for (name, is_type) in imports(&binary).map_err(|error| bad(error.message()))? {
        if !is_type && !name.starts_with(WASI) {
            let message = format!("The component imports `{name}`, which no check may.");
            let hint = "A check is given its evidence and reaches nothing: compute from that.";
            return Err(Finding::error("FORBIDDEN_IMPORT", "", message).with_hint(hint));
        }
    }
    let types = types.as_ref();
    let found = match types.component_item_for_export(world::FUNCTION).map(|item| item.ty) {
        Some(ComponentEntityType::Func(id)) => world::function(types, id),
        _ => return Err(wrong_world(format!("The component exports no function `{}`.", world::FUNCTION))),
    };
    if found != world::EXPECTED {
        return Err(wrong_world(format!("The component's `{}` is `{found}`.", world::FUNCTION)));
    }
    Ok(ComponentBytes::new(binary))
}

/// What a check may be made of: nothing whose outcome depends on the machine.
pub(super) fn features() -> WasmFeatures {
    let more = WasmFeatures::COMPONENT_MODEL | WasmFeatures::EXTENDED_CONST | WasmFeatures::MULTI_MEMORY;
    // References to the host's objects are of no use here, and need a garbage collector.
    (WasmFeatures::WASM2 | more | WasmFeatures::TAIL_CALL).difference(WasmFeatures::GC_TYPES)
}

fn assembled(text: &[u8]) -> Result<Vec<u8>, Finding> {
    let text = std::str::from_utf8(text).map_err(|_| bad("It is neither a binary nor text in UTF-8"))?;
    let placed = |error: wast::Error| {
        let (line, column) = error.span().linecol_in(text);
        let narrow = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        bad(&error.message()).at(Position { line: narrow(line), column: narrow(column) })
    };
    let buffer = wast::parser::ParseBuffer::new(text).map_err(placed)?;
    let mut parsed = wast::parser::parse::<wast::Wat<'_>>(&buffer).map_err(placed)?;
    parsed.encode().map_err(placed)
}

/// The names of the component's own imports, and whether each is only a type.
fn imports(binary: &[u8]) -> Result<Vec<(String, bool)>, wasmparser::BinaryReaderError> {
    let (mut imports, mut depth) = (Vec::new(), 0_u32);
    for payload in Parser::new(0).parse_all(binary) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import?;
                    let is_type =
                        matches!(import.ty, wasmparser::ComponentTypeRef::Type(wasmparser::TypeBounds::Eq(_)));
                    imports.push((import.name.name.to_owned(), is_type));
                }
            }
            _ => {}
        }
    }
    Ok(imports)
}

fn bad(what: &str) -> Finding {
    Finding::error("BAD_COMPONENT", "", format!("The component cannot be read: {what}."))
}

fn wrong_world(message: String) -> Finding {
    Finding::error("WRONG_WORLD", "", message).with_hint(format!(
        "The world of a check exports `{}: {}`.",
        world::FUNCTION,
        world::EXPECTED
    ))
}
