/// Beginnings of the keys that are asked for by their code at run time, through `Text::by_code`,
/// and not by a method each. Read by build.rs, by `Text` and by the check for unused keys.
pub const CODE_PREFIXES: &[&str] = &["choice.", "field.", "manual."];
