//! What each asset weighs on the wire, and whether that is still within what was promised.
//! Must not know how the site was built.

use std::collections::BTreeSet;
use std::path::Path;

use crate::arguments::{Arguments, target};
use crate::{Outcome, files, say};

/// A group of assets and what it may weigh as brotli, in bytes.
struct Budget {
    name: &'static str,
    /// Keys of the manifest.
    assets: &'static [&'static str],
    /// What we want it to weigh; more is said aloud.
    target: usize,
    /// What ends the build.
    limit: usize,
}

/// docs/building.md repeats these; 1 KB is 1,000 bytes.
const BUDGETS: [Budget; 5] = [
    Budget { name: "wasm", assets: &["wasm"], target: 450_000, limit: 515_000 },
    // All of them together, of which nobody loads all at once: it grows with the screens.
    Budget { name: "later", assets: &["later"], target: 980_000, limit: 1_164_000 },
    Budget {
        name: "scripts",
        assets: &["js", "loader", "boot", "passkey"],
        target: 20_000,
        limit: 20_000,
    },
    Budget { name: "style", assets: &["css"], target: 24_000, limit: 24_000 },
    Budget { name: "icons", assets: &["icons"], target: 8_000, limit: 8_000 },
];

/// Bytes of an asset: as it is, as gzip, as brotli.
#[derive(Clone, Copy, Default)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// `xtask budget`: prints the weights and fails above a budget.
///
/// # Errors
/// When the site is missing, or a budget is exceeded.
pub fn command(mut arguments: Arguments) -> Outcome {
    let site = arguments.path("--site", target().join("site"))?;
    arguments.finish()?;
    let manifest: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&files::text(&site.join("manifest.json"))?)
            .map_err(|error| format!("{}/manifest.json: {error}", site.display()))?;
    let addresses = |key: &str| match manifest.get(key) {
        Some(serde_json::Value::String(one)) => vec![one.clone()],
        // Files that several parts share count once.
        Some(serde_json::Value::Object(parts)) => {
            let files = parts.values().filter_map(serde_json::Value::as_array).flatten();
            let files: BTreeSet<&str> = files.filter_map(serde_json::Value::as_str).collect();
            files.into_iter().map(str::to_owned).collect()
        }
        _ => Vec::new(),
    };

    let mut over = Vec::new();
    say(&format!("{:<10}{:>10}{:>10}{:>10}{:>10}", "bytes", "raw", "gzip", "brotli", "target"))?;
    for budget in &BUDGETS {
        let mut sum = Weight::default();
        for key in budget.assets {
            let addresses = addresses(key);
            if addresses.is_empty() {
                return Err(format!("the site has no '{key}'. Build it anew: ./test site"));
            }
            for address in addresses {
                let weight = weigh(&site.join(address.trim_start_matches('/')))?;
                sum.raw += weight.raw;
                sum.gzip += weight.gzip;
                sum.brotli += weight.brotli;
            }
        }
        let Weight { raw, gzip, brotli } = sum;
        say(&format!("{:<10}{raw:>10}{gzip:>10}{brotli:>10}{:>10}", budget.name, budget.target))?;
        if brotli > budget.target {
            let missed = brotli - budget.target;
            say(&format!("  {}: {missed} bytes over the target", budget.name))?;
        }
        over.extend(excess(budget, brotli));
    }
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}

/// The sentence for a budget that is exceeded.
fn excess(budget: &Budget, brotli: usize) -> Option<String> {
    (brotli > budget.limit).then(|| {
        format!(
            "{}: {brotli} bytes of brotli, {} more than may be.",
            budget.name,
            brotli - budget.limit
        )
    })
}

/// A file too small to be packed weighs the same in every form.
fn weigh(path: &Path) -> Outcome<Weight> {
    let raw = files::bytes(path)?.len();
    let packed = |ending: &str| {
        std::fs::metadata(format!("{}.{ending}", path.display()))
            .ok()
            .and_then(|about| usize::try_from(about.len()).ok())
            .unwrap_or(raw)
    };
    Ok(Weight { raw, gzip: packed("gz"), brotli: packed("br") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_allowed() {
        let budget = Budget { name: "style", assets: &[], target: 90, limit: 100 };
        assert_eq!(excess(&budget, 100), None);
        assert_eq!(
            excess(&budget, 103),
            Some("style: 103 bytes of brotli, 3 more than may be.".to_owned())
        );
    }
}
