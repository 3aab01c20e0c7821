//! The type of the world's one function, spelled as its file spells it, so that an author sees both side by side.

use wasmparser::component_types::{ComponentDefinedType, ComponentFuncTypeId, ComponentValType};
use wasmparser::types::TypesRef;

pub const FUNCTION: &str = "judge";

pub const EXPECTED: &str = "func(evidence: string, config: string, seed: u64) -> record { passed: bool, per-mille: u32, \
    reason: string, message: string, expected: option<string>, found: option<string>, next-step: option<string> }";

/// The function's type with every name looked through.
pub fn function(types: TypesRef<'_>, id: ComponentFuncTypeId) -> String {
    let function = &types[id];
    let parameters = function.params.iter().map(|(name, kind)| format!("{name}: {}", value(types, kind)));
    let parameters = parameters.collect::<Vec<_>>().join(", ");
    let result = function.result.map(|kind| format!(" -> {}", value(types, &kind))).unwrap_or_default();
    let asynchronous = if function.async_ { "async " } else { "" };
    format!("{asynchronous}func({parameters}){result}")
}

fn value(types: TypesRef<'_>, kind: &ComponentValType) -> String {
    let id = match kind {
        ComponentValType::Primitive(primitive) => return primitive.to_string(),
        ComponentValType::Type(id) => *id,
    };
    match &types[id] {
        ComponentDefinedType::Primitive(primitive) => primitive.to_string(),
        ComponentDefinedType::Option { ty, .. } => format!("option<{}>", value(types, ty)),
        ComponentDefinedType::Record(record) => {
            let fields = record.fields.iter().map(|(name, kind)| format!("{name}: {}", value(types, kind)));
            format!("record {{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        // No type of the world: that it is another is enough to be told.
        _ => "another type".to_owned(),
    }
}
