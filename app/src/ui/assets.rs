//! Addresses of the files that markup points to.
//! The server knows their hashed names and provides them once.

use super::Text;

/// Where the sprite is served from. Provide it with `provide_context`.
#[derive(Clone, Debug)]
pub struct AssetPaths {
    /// Address of the icon sprite, with its content hash.
    pub icons: Text,
}

impl Default for AssetPaths {
    fn default() -> Self {
        Self { icons: Text::from("/icons.svg") }
    }
}
