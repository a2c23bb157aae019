//! Makes of the wasm that cargo built what the browser loads: the first part with its glue script, and the parts
//! that are loaded when one of their screens is opened. Must not know which screens those are.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};
use wasm_bindgen_cli_support::Bindgen;

use crate::{Outcome, files, lighten};

/// The script that loads the other parts; the program imports it under this name.
const LOADER: &str = "./parts.js";

/// Where the first part and its glue are, below the folder of the site.
pub struct Parts {
    /// The glue script.
    pub js: String,
    /// The first part.
    pub wasm: String,
    /// The script that loads the other parts.
    pub loader: String,
    /// The files that each of the other parts needs, by its name.
    pub later: BTreeMap<String, Vec<String>>,
}

/// Cuts `wasm` and writes the parts below `site/pkg`, in a folder that is named by what is in it: the parts name each
/// other, so that none of them can be named by its own content.
///
/// # Errors
/// When the wasm holds no cut, or a file cannot be read or written.
pub fn parts(wasm: &Path, site: &Path) -> Outcome<Parts> {
    let work = site.join("pkg").join("new");
    files::make_folder(&work)?;
    let first = site.with_extension("first.wasm");
    let cut = cut(wasm, &first, &work)?;
    glue(&first, &work)?;
    std::fs::remove_file(&first)
        .map_err(|error| format!("cannot remove {}: {error}", first.display()))?;

    let mut hash = Sha256::new();
    for path in files::below(&work, &[])? {
        hash.update(files::relative(&path, &work));
        hash.update(files::bytes(&path)?);
    }
    let folder = format!("pkg/{}", files::short_hash(&hash.finalize()));
    files::replace_folder(&work, &site.join(&folder))?;
    let named = |file: &str| format!("/{folder}/{file}");
    Ok(Parts {
        js: named("rapport.js"),
        wasm: named("rapport_bg.wasm"),
        loader: named(LOADER.trim_start_matches("./")),
        later: cut
            .into_iter()
            .map(|(part, files)| {
                (part, files.iter().map(|file| named(&format!("{file}.wasm"))).collect())
            })
            .collect(),
    })
}

/// Cuts the program where `frontend` says; answers which files each part needs, without their ending.
fn cut(wasm: &Path, first: &Path, work: &Path) -> Outcome<BTreeMap<String, Vec<String>>> {
    let whole = files::bytes(wasm)?;
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = work;
    options.main_out_path = first;
    options.link_name = LOADER;
    options.main_module = "./rapport.js";
    let cut = wasm_split_cli_support::transform(options)
        .map_err(|error| format!("cutting {}: {error:#}", wasm.display()))?;
    for part in &cut.split_modules {
        let fault = |error| format!("reading {}: {error:#}", part.display());
        let mut module = walrus::ModuleConfig::new()
            .generate_name_section(false)
            .parse_file(part)
            .map_err(fault)?;
        lighten::stepwise_hydration(&mut module);
        files::write(part, module.emit_wasm())?;
    }
    Ok(cut.prefetch_map.into_iter().collect())
}

/// The glue script between the first part and the browser.
fn glue(first: &Path, work: &Path) -> Outcome {
    let fault = |error| format!("wasm-bindgen, on {}: {error:#}", first.display());
    let mut built = Bindgen::new()
        .input_path(first)
        .web(true)
        .map_err(fault)?
        .out_name("rapport")
        // The other parts use the first one's table, memory and stack.
        .keep_lld_exports(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .typescript(false)
        .generate_output()
        .map_err(fault)?;
    lighten::stepwise_hydration(built.wasm_mut());
    built.emit(work).map_err(fault)
}
