//! Choices that show all their options: checkbox, switch, segmented control, radio group.
//! All are native inputs, so they post and work without scripts.

use leptos::{html::Input, prelude::*};

use super::{Choice, Text, classes, dom::sync_checked, given};

/// A box to tick.
#[component]
pub fn Checkbox(
    /// Whether it is ticked, both ways.
    checked: RwSignal<bool>,
    /// Wording beside the box.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(optional, into)]
    name: Text,
    /// Value sent when ticked.
    #[prop(default = Text::from("true"), into)]
    value: Text,
    /// A second line.
    #[prop(optional, into)]
    hint: Text,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// After each change.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
) -> AnyView {
    box_control(BoxControl {
        checked,
        label,
        name,
        value,
        hint,
        disabled,
        on_change,
        switch: false,
    })
}

/// A setting that takes effect at once.
#[component]
pub fn Switch(
    /// Whether it is on, both ways.
    checked: RwSignal<bool>,
    /// Wording beside the switch.
    #[prop(into)]
    label: Text,
    /// Name sent with the form.
    #[prop(optional, into)]
    name: Text,
    /// Value sent when on.
    #[prop(default = Text::from("true"), into)]
    value: Text,
    /// A second line.
    #[prop(optional, into)]
    hint: Text,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// After each change.
    #[prop(optional, into)]
    on_change: Option<Callback<bool>>,
) -> AnyView {
    box_control(BoxControl { checked, label, name, value, hint, disabled, on_change, switch: true })
}

struct BoxControl {
    checked: RwSignal<bool>,
    label: Text,
    name: Text,
    value: Text,
    hint: Text,
    disabled: Signal<bool>,
    on_change: Option<Callback<bool>>,
    switch: bool,
}

fn box_control(control: BoxControl) -> AnyView {
    let BoxControl { checked, disabled, on_change, switch, .. } = control;
    let node = NodeRef::<Input>::new();
    Effect::new(move |ran: Option<()>| {
        if let Some(input) = node.get() {
            sync_checked(&input, checked, ran.is_none());
        }
    });
    view! {
        <label class=if switch { "check check-switch" } else { "check" }>
            <input
                node_ref=node
                type="checkbox"
                role=switch.then_some("switch")
                name=given(&control.name)
                value=control.value
                checked=checked.get_untracked()
                disabled=move || disabled.get()
                on:change=move |event| {
                    checked.set(event_target_checked(&event));
                    if let Some(on_change) = on_change {
                        on_change.run(checked.get_untracked());
                    }
                }
            />
            <span class="check-text">{control.label} {second_line(&control.hint)}</span>
        </label>
    }
    .into_any()
}

fn second_line(hint: &Text) -> AnyView {
    if hint.is_empty() {
        ().into_any()
    } else {
        view! { <span class="sub">{hint.clone()}</span> }.into_any()
    }
}

/// Two to four options side by side.
#[component]
pub fn Segmented(
    /// Wording for the whole group.
    #[prop(into)]
    label: Text,
    /// Name sent with the form; also ties the options together.
    #[prop(into)]
    name: Text,
    /// The chosen value, both ways.
    value: RwSignal<String>,
    /// At most four.
    options: Vec<Choice>,
    /// After each choice.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// Shows the label above instead of for screen readers only.
    #[prop(optional)]
    show_label: bool,
) -> AnyView {
    let legend = if show_label { "field-label" } else { "visually-hidden" };
    view! {
        <fieldset class="segmented">
            <legend class=legend>{label}</legend>
            <div class="segments">{radio_options(&name, value, options, on_change, "segment")}</div>
        </fieldset>
    }
    .into_any()
}

/// One of several options, each on its own line with a hint.
#[component]
pub fn RadioGroup(
    /// Wording for the whole group.
    #[prop(into)]
    label: Text,
    /// Name sent with the form; also ties the options together.
    #[prop(into)]
    name: Text,
    /// The chosen value, both ways.
    value: RwSignal<String>,
    /// The options, with hints where the words alone do not say what happens.
    options: Vec<Choice>,
    /// After each choice.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> AnyView {
    view! {
        <fieldset class="radio-group">
            <legend class="field-label">{label}</legend>
            {radio_options(&name, value, options, on_change, "check radio")}
        </fieldset>
    }
    .into_any()
}

fn radio_options(
    name: &Text,
    value: RwSignal<String>,
    options: Vec<Choice>,
    on_change: Option<Callback<String>>,
    class: &'static str,
) -> AnyView {
    options
        .into_iter()
        .map(|choice| radio_option(name.clone(), value, choice, on_change, class))
        .collect_view()
        .into_any()
}

fn radio_option(
    name: Text,
    value: RwSignal<String>,
    choice: Choice,
    on_change: Option<Callback<String>>,
    class: &'static str,
) -> AnyView {
    let node = NodeRef::<Input>::new();
    let own = StoredValue::new(choice.value.clone());
    Effect::new(move |ran: Option<()>| {
        let chosen = value.get();
        let Some(input) = node.get() else { return };
        let own = own.get_value();
        // What was chosen before hydration wins once; afterwards the signal does.
        if ran.is_none() && input.checked() && own != chosen {
            value.set(own);
        } else if ran.is_some() {
            input.set_checked(own == chosen);
        }
    });
    view! {
        <label class=classes(&[class])>
            <input
                node_ref=node
                type="radio"
                name=name
                value=choice.value.clone()
                checked=value.get_untracked() == choice.value
                disabled=choice.disabled
                on:change=move |_| {
                    value.set(own.get_value());
                    if let Some(on_change) = on_change {
                        on_change.run(own.get_value());
                    }
                }
            />
            <span class="check-text">{choice.label} {second_line(&choice.hint)}</span>
        </label>
    }
    .into_any()
}
