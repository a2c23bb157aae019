//! The name of one attempt to save: the same form sent twice makes one record.

use domain::id::OperationId;
use leptos::prelude::*;

/// A new name. The server's goes into the page, so that the browser keeps it.
pub(super) fn operation() -> OperationId {
    SharedValue::new(fresh).into_inner()
}

#[cfg(feature = "ssr")]
fn fresh() -> OperationId {
    OperationId(uuid::Uuid::now_v7())
}

#[cfg(not(feature = "ssr"))]
fn fresh() -> OperationId {
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
