//! The name of one attempt to save: the same form sent twice makes one record.

use crate::carried::Json;
use domain::id::OperationId;
use leptos::prelude::*;

/// A new name. The server's goes into the page, so that the browser keeps it.
pub(crate) fn operation() -> OperationId {
    SharedValue::<_, Json>::new_with_encoding(fresh).into_inner()
}

/// A new name for what a page that is already there sends.
#[cfg(feature = "ssr")]
pub(crate) fn fresh() -> OperationId {
    OperationId(uuid::Uuid::now_v7())
}

/// A new name for what a page that is already there sends.
#[cfg(not(feature = "ssr"))]
pub(crate) fn fresh() -> OperationId {
    let mut bytes = [0; 16];
    // Every browser that runs WASM has it, also on plain HTTP.
    let filled = window()
        .crypto()
        .is_ok_and(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled {
        for byte in &mut bytes {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a number from 0 to 255"
            )]
            let random = (js_sys::Math::random() * 256.0) as u8;
            *byte = random;
        }
    }
    OperationId(uuid::Builder::from_random_bytes(bytes).into_uuid())
}
