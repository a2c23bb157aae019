//! Numbers and amounts, typed as text so that full-width digits and grouping marks are accepted.
//! Callers turn the text into a number with the shared validation.

use leptos::{html::Input, prelude::*};

use super::{
    Choice, Need, Text,
    dom::sync_value,
    field::{Frame, field_id, framed, invalid},
    given,
    select_field::bare_select,
    text_field::affix,
    use_words,
};

/// A number with an optional unit.
#[component]
pub fn NumberField(
    /// What is typed, both ways.
    value: RwSignal<String>,
    /// Wording above the control.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(into)]
    name: Text,
    /// Unit shown behind the number.
    #[prop(optional, into)]
    suffix: Text,
    /// Whole numbers only: phones show the digits keyboard.
    #[prop(optional)]
    whole: bool,
    /// One line of help.
    #[prop(optional, into)]
    hint: Text,
    /// What is wrong, if something is.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it must be filled.
    #[prop(optional)]
    need: Need,
    /// An example.
    #[prop(optional, into)]
    placeholder: Text,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// When the field is left.
    #[prop(optional, into)]
    on_blur: Option<Callback<String>>,
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
    let input = number_input(NumberInput {
        value,
        id,
        name,
        mode: if whole { "numeric" } else { "decimal" },
        placeholder,
        required: need.required(),
        described_by: frame.hint_id(),
        error,
        disabled,
        on_blur,
    });
    let control = view! { <div class="control">{input} {affix(&suffix)}</div> }.into_any();
    framed(frame, control, ().into_any())
}

/// An amount and its currency.
#[component]
pub fn MoneyField(
    /// The amount as typed, both ways.
    amount: RwSignal<String>,
    /// ISO code of the currency, both ways.
    currency: RwSignal<String>,
    /// The currencies to choose from.
    currencies: Vec<Choice>,
    /// Wording above the control.
    #[prop(into)]
    label: Text,
    /// Name of the amount; the currency is sent as `{name}_currency`.
    #[prop(into)]
    name: Text,
    /// How the amount reads once the field is left.
    #[prop(optional, into)]
    format: Option<Callback<String, String>>,
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
    let frame =
        Frame { id: id.clone(), label: label.clone(), hide_label, need, hint, error, class };
    let on_blur = format.map(|format| {
        Callback::new(move |typed: String| {
            if !typed.trim().is_empty() {
                amount.set(format.run(typed));
            }
        })
    });
    let currency_id = format!("{id}-currency");
    let currency_name = format!("{name}_currency");
    let currency_label = format!("{label}: {}", use_words().currency);
    let input = number_input(NumberInput {
        value: amount,
        id,
        name,
        mode: "decimal",
        placeholder: Text::default(),
        required: need.required(),
        described_by: frame.hint_id(),
        error,
        disabled,
        on_blur,
    });
    let select = bare_select(
        currency,
        currencies.into(),
        currency_id,
        currency_name.into(),
        Some(currency_label),
        disabled,
    );
    let control = view! { <div class="control control-money">{input} {select}</div> }.into_any();
    framed(frame, control, ().into_any())
}

struct NumberInput {
    value: RwSignal<String>,
    id: String,
    name: Text,
    mode: &'static str,
    placeholder: Text,
    required: bool,
    described_by: String,
    error: Signal<Option<String>>,
    disabled: Signal<bool>,
    on_blur: Option<Callback<String>>,
}

fn number_input(number: NumberInput) -> AnyView {
    let NumberInput { value, on_blur, disabled, .. } = number;
    let node = NodeRef::<Input>::new();
    Effect::new(move |ran: Option<()>| {
        if let Some(input) = node.get() {
            sync_value(&input, value, ran.is_none());
        }
    });
    view! {
        <input
            node_ref=node
            class="input num"
            id=number.id
            name=number.name
            type="text"
            inputmode=number.mode
            autocomplete="off"
            value=value.get_untracked()
            placeholder=given(&number.placeholder)
            required=number.required
            disabled=move || disabled.get()
            aria-invalid=invalid(number.error)
            aria-describedby=number.described_by
            on:input=move |event| value.set(event_target_value(&event))
            on:blur=move |_| {
                if let Some(on_blur) = on_blur {
                    on_blur.run(value.get_untracked());
                }
            }
        />
    }
    .into_any()
}
