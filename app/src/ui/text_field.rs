//! One line of text: names, addresses, phone numbers, passwords, codes.
//! Sets keyboard, autofill and spelling by kind.

use leptos::{ev::KeyboardEvent, html::Input, prelude::*};

use super::{
    InputKind, Need, Text,
    dom::{composing, sync_value},
    field::{Frame, field_id, framed, invalid},
    given, use_words,
};

/// A text input with label, hint and error.
#[component]
pub fn TextField(
    /// What is in the field, both ways.
    value: RwSignal<String>,
    /// Wording above the control.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(into)]
    name: Text,
    /// What is typed here.
    #[prop(optional)]
    kind: InputKind,
    /// One line of help.
    #[prop(optional, into)]
    hint: Text,
    /// What is wrong, if something is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled.
    #[prop(optional)]
    need: Need,
    /// Autofill token; follows the kind if left out.
    #[prop(optional, into)]
    autocomplete: Text,
    /// An example, never the label.
    #[prop(optional, into)]
    placeholder: Text,
    /// Longest text in UTF-16 units.
    #[prop(optional)]
    maxlength: Option<u32>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Shown but never changed here.
    #[prop(optional)]
    readonly: bool,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Label of the Enter key of phone keyboards: `next`, `done`, `search`, `send`.
    #[prop(optional, into)]
    enterkeyhint: Text,
    /// Fixed text before the value.
    #[prop(optional, into)]
    prefix: Text,
    /// Fixed text behind the value.
    #[prop(optional, into)]
    suffix: Text,
    /// After each change.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// When the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<String>>,
    /// On Enter outside of an input method.
    #[prop(optional, into)]
    on_enter: Option<Callback<String>>,
    /// Keeps the label for screen readers only.
    #[prop(optional)]
    hide_label: bool,
    /// Element id; `f-{name}` if left out.
    #[prop(optional, into)]
    id: Text,
    /// Extra classes of the whole field.
    #[prop(optional, into)]
    class: Text,
    /// Shown below the hint.
    #[prop(optional)]
    children: Option<Children>,
) -> AnyView {
    let id = field_id(&id, &name);
    let frame = Frame { id: id.clone(), label, hide_label, need, hint, error, class };
    let secret = matches!(kind, InputKind::Password | InputKind::NewPassword);
    let shown = RwSignal::new(false);
    let node = NodeRef::<Input>::new();
    Effect::new(move |ran: Option<()>| {
        if let Some(input) = node.get() {
            sync_value(&input, value, ran.is_none());
        }
    });
    let keydown = move |event: KeyboardEvent| {
        if let Some(on_enter) = on_enter
            && event.key() == "Enter"
            && !composing(&event)
        {
            event.prevent_default();
            on_enter.run(value.get_untracked());
        }
    };
    let autocomplete = given(&autocomplete).or_else(|| kind.autocomplete().map(Text::from));
    let control = view! {
        <div class="control">
            {affix(&prefix)}
            <input
                node_ref=node
                class="input"
                id=id
                name=name
                type=move || if shown.get() { "text" } else { kind.html_type() }
                value=value.get_untracked()
                inputmode=kind.input_mode()
                autocomplete=autocomplete
                autocapitalize=kind.literal().then_some("none")
                spellcheck=kind.literal().then_some("false")
                placeholder=given(&placeholder)
                maxlength=maxlength
                enterkeyhint=given(&enterkeyhint)
                required=need.required()
                readonly=readonly
                autofocus=autofocus
                disabled=move || disabled.get()
                aria-invalid=invalid(error)
                aria-describedby=frame.hint_id()
                on:input=move |event| {
                    value.set(event_target_value(&event));
                    if let Some(on_input) = on_input {
                        on_input.run(value.get_untracked());
                    }
                }
                on:blur=move |_| {
                    if let Some(on_blur) = on_blur {
                        on_blur.run(value.get_untracked());
                    }
                }
                on:keydown=keydown
            />
            {affix(&suffix)}
            {secret.then(|| reveal_button(shown))}
        </div>
    }
    .into_any();
    framed(frame, control, children.map_or_else(|| ().into_any(), |children| children()))
}

/// Fixed text inside the border of a control.
pub(crate) fn affix(text: &Text) -> AnyView {
    if text.is_empty() {
        ().into_any()
    } else {
        view! { <span class="affix">{text.clone()}</span> }.into_any()
    }
}

/// Shows and hides a password; a word, because an eye says two things at once.
fn reveal_button(shown: RwSignal<bool>) -> AnyView {
    let words = use_words();
    let (show, hide) = (words.show_password.clone(), words.hide_password.clone());
    view! {
        <button
            type="button"
            class="affix affix-button"
            data-needs-live="true"
            on:click=move |_| shown.update(|on| *on = !*on)
        >
            {move || if shown.get() { hide.clone() } else { show.clone() }}
        </button>
    }
    .into_any()
}
