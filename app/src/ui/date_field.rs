//! A date that can always be typed, with the device's own picker beside it.
//! The value is an ISO date once the field is left; until then it is what the person typed.

use leptos::{html::Input, prelude::*};

use super::{
    Icon, Need, Text,
    dom::sync_value,
    field::{Frame, field_id, framed, invalid},
    given, use_words,
};

/// A date as text plus the native picker.
#[component]
pub fn DateField(
    /// ISO date (`2026-11-22`), or what is being typed.
    value: RwSignal<String>,
    /// Wording above the control.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(into)]
    name: Text,
    /// Turns typed text ("22/11", "11月22日") into an ISO date; `None` leaves the text for the error.
    #[prop(optional, into)]
    parse: Option<Callback<String, Option<String>>>,
    /// An example of the format.
    #[prop(optional, into)]
    placeholder: Text,
    /// One line of help.
    #[prop(optional, into)]
    hint: Text,
    /// What is wrong, if something is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled.
    #[prop(optional)]
    need: Need,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// After a date was typed or picked.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
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
    let picker_label = format!("{label}: {}", use_words().pick_date);
    let frame = Frame { id: id.clone(), label, hide_label, need, hint, error, class };
    let node = NodeRef::<Input>::new();
    Effect::new(move |ran: Option<()>| {
        if let Some(input) = node.get() {
            sync_value(&input, value, ran.is_none());
        }
    });
    let changed = move || {
        if let Some(on_change) = on_change {
            on_change.run(value.get_untracked());
        }
    };
    let control = view! {
        <div class="control control-date">
            <input
                node_ref=node
                class="input num"
                id=id
                name=name
                type="text"
                autocomplete="off"
                value=value.get_untracked()
                placeholder=given(&placeholder)
                required=need.required()
                disabled=move || disabled.get()
                aria-invalid=invalid(error)
                aria-describedby=frame.hint_id()
                on:input=move |event| value.set(event_target_value(&event))
                on:change=move |_| {
                    if let Some(iso) = parse.and_then(|parse| parse.run(value.get_untracked())) {
                        value.set(iso);
                    }
                    changed();
                }
            />
            <span class="date-pick">
                <Icon name="calendar" />
                <input
                    type="date"
                    tabindex="-1"
                    aria-label=picker_label
                    disabled=move || disabled.get()
                    prop:value=move || value.get()
                    on:change=move |event| {
                        value.set(event_target_value(&event));
                        changed();
                    }
                />
            </span>
        </div>
    }
    .into_any();
    framed(frame, control, ().into_any())
}
