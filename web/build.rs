//! Makes one constant for each asset of the pages' bundle, so that a typo in a template does not compile, and says how the
//! program is linked.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

const MANIFEST: &str = "ui/dist/manifest.json";

fn main() {
    println!("cargo::rerun-if-changed={MANIFEST}");
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=templates");
    // Workers are processes that start all the time. At a fixed address the program starts with 300 page faults; moved to
    // a random one it has 2,800, most of them to correct half a million addresses, and takes five times as long.
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
    match constants() {
        Ok(code) => write(&code),
        Err(problem) => println!("cargo::error={problem}"),
    }
}

fn constants() -> Result<String, String> {
    let missing = |_| format!("the pages' bundle is missing (web/{MANIFEST}): run `make web`");
    let text = fs::read_to_string(MANIFEST).map_err(missing)?;
    let names: BTreeMap<String, String> =
        serde_json::from_str(&text).map_err(|error| format!("web/{MANIFEST} is not a map of names: {error}"))?;
    Ok(names.iter().map(|(name, file)| constant(name, file)).collect())
}

fn constant(name: &str, file: &str) -> String {
    let identifier: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    format!("/// `{name}`\npub const {identifier}: &str = \"/assets/{file}\";\n")
}

fn write(code: &str) {
    let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    if let Err(error) = fs::write(folder.join("assets.rs"), code) {
        println!("cargo::error=cannot write the names of the assets: {error}");
    }
}
