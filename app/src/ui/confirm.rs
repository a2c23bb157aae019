//! Asks before what cannot be taken back. Everything else is done at once, with an undo.
//! The four worst cases ask for the object's name as well.

use leptos::prelude::*;

use super::{Button, Dialog, Need, Text, TextField, Variant, use_words};

/// Title names the object, body the consequence, the button the verb.
#[component]
pub fn ConfirmDialog(
    /// Element id.
    #[prop(into)]
    id: Text,
    /// Whether it is open, both ways.
    open: RwSignal<bool>,
    /// "Erase 张小明 for good?"
    #[prop(into)]
    title: Text,
    /// What follows from it.
    #[prop(into)]
    body: Text,
    /// The verb on the button.
    #[prop(into)]
    action: Text,
    /// The button is red.
    #[prop(default = true)]
    danger: bool,
    /// The work is running.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// What must be typed first; empty asks for nothing.
    #[prop(optional, into)]
    typed: Text,
    /// Wording above the field for it.
    #[prop(optional, into)]
    typed_label: Text,
    /// Does it. The caller closes the dialog when it is done.
    #[prop(into)]
    on_confirm: Callback<()>,
) -> AnyView {
    let entry = RwSignal::new(String::new());
    let wanted = typed.clone();
    let locked = Signal::derive(move || entry.with(|entry| entry.trim() != wanted.trim()));
    let field_id = Text::from(format!("{id}-typed"));
    let variant = if danger { Variant::Danger } else { Variant::Primary };
    let footer = move || {
        let (words, verb) = (use_words(), action.clone());
        view! {
            <Button on_click=move |_| open.set(false)>{words.cancel.clone()}</Button>
            <Button
                variant=variant
                loading=busy
                disabled=locked
                on_click=move |_| on_confirm.run(())
            >
                {verb}
            </Button>
        }
    };
    view! {
        <Dialog id=id open=open title=title footer=footer on_close=move || entry.set(String::new())>
            <p class="dialog-text">{body.clone()}</p>
            {(!typed.is_empty())
                .then(|| {
                    view! {
                        <TextField
                            value=entry
                            label=typed_label.clone()
                            name="typed"
                            id=field_id.clone()
                            need=Need::Required
                            autocomplete="off"
                        />
                    }
                })}
        </Dialog>
    }
    .into_any()
}
