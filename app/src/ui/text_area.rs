//! Several lines of text, in a box that grows with them.
//! The element itself is in `rendered`, because its text needs special care on the server.

use leptos::prelude::*;

use super::{
    Need, Text,
    field::{Frame, field_id, framed},
    rendered::{AreaControl, text_area_control},
};

/// A growing text box with label, hint and error.
#[component]
pub fn TextArea(
    /// What is in the field, both ways.
    value: RwSignal<String>,
    /// Wording above the control.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(into)]
    name: Text,
    /// Lines shown when empty; grows with the text.
    #[prop(default = 3)]
    rows: u32,
    /// One line of help.
    #[prop(optional, into)]
    hint: Text,
    /// What is wrong, if something is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled.
    #[prop(optional)]
    need: Need,
    /// An example, never the label.
    #[prop(optional, into)]
    placeholder: Text,
    /// Longest text in UTF-16 units.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// After each change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// When the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<String>>,
    /// On Ctrl/Cmd Enter.
    #[prop(optional, into)]
    on_submit: Option<Callback<String>>,
    /// Keeps the label for screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// Element id; `f-{name}` if left out.
    #[prop(optional, into)]
    id: Text,
    /// Extra classes of the whole field.
    #[prop(optional, into)]
    class: Text,
) -> AnyView {
    let id = field_id(&id, &name);
    let frame = Frame { id: id.clone(), label, hide_label, need, hint, error, class };
    let control = text_area_control(AreaControl {
        value,
        id,
        name,
        rows,
        placeholder,
        maxlength,
        required: need.required(),
        described_by: frame.hint_id(),
        error,
        disabled,
        on_input,
        on_blur,
        on_submit,
    });
    framed(frame, control, ().into_any())
}
