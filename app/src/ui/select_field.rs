//! The native select: best on phones and for up to a dozen options.
//! Longer lists use the combobox.

use leptos::{html::Select, prelude::*};

use super::{
    Choice, Need, Text,
    dom::sync_value,
    field::{Frame, field_id, framed, invalid},
};

/// A select with label, hint and error.
#[component]
pub fn SelectField(
    /// The chosen value, both ways.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    options: Signal<Vec<Choice>>,
    /// Wording above the control.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(into)]
    name: Text,
    /// Wording of the empty choice; left out there is none.
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
    /// After each choice.
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
    let frame = Frame { id: id.clone(), label, hide_label, need, hint, error, class };
    let all = Signal::derive(move || {
        let mut all = options.get();
        if !placeholder.is_empty() {
            all.insert(0, Choice::new("", placeholder.clone()));
        }
        all
    });
    let control = select_control(SelectControl {
        value,
        options: all,
        id,
        name,
        label: None,
        required: need.required(),
        described_by: Some(frame.hint_id()),
        error,
        disabled,
        on_change,
    });
    framed(frame, control, ().into_any())
}

pub(crate) struct SelectControl {
    pub value: RwSignal<String>,
    pub options: Signal<Vec<Choice>>,
    pub id: String,
    pub name: Text,
    pub label: Option<String>,
    pub required: bool,
    pub described_by: Option<String>,
    pub error: Signal<Option<String>>,
    pub disabled: Signal<bool>,
    pub on_change: Option<Callback<String>>,
}

/// A select inside another control, such as the currency of an amount.
pub(crate) fn bare_select(
    value: RwSignal<String>,
    options: Signal<Vec<Choice>>,
    id: String,
    name: Text,
    label: Option<String>,
    disabled: Signal<bool>,
) -> AnyView {
    select_control(SelectControl {
        value,
        options,
        id,
        name,
        label,
        required: false,
        described_by: None,
        error: Signal::stored(None),
        disabled,
        on_change: None,
    })
}

pub(crate) fn select_control(select: SelectControl) -> AnyView {
    let SelectControl { value, options, disabled, on_change, .. } = select;
    let node = NodeRef::<Select>::new();
    Effect::new(move |ran: Option<()>| {
        // A choice can only be shown once its option is there.
        options.track();
        if let Some(element) = node.get() {
            sync_value(&element, value, ran.is_none());
        }
    });
    let entries = move || {
        let chosen = value.get_untracked();
        options
            .get()
            .into_iter()
            .map(|choice| {
                let selected = choice.value == chosen;
                view! {
                    <option value=choice.value selected=selected disabled=choice.disabled>
                        {choice.label}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <div class="select">
            <select
                node_ref=node
                class="input"
                id=select.id
                name=select.name
                required=select.required
                disabled=move || disabled.get()
                aria-label=select.label
                aria-invalid=invalid(select.error)
                aria-describedby=select.described_by
                on:change=move |event| {
                    value.set(event_target_value(&event));
                    if let Some(on_change) = on_change {
                        on_change.run(value.get_untracked());
                    }
                }
            >
                {entries}
            </select>
        </div>
    }
    .into_any()
}
