//! Several lines of text. This is the only place in Rapport that may write a `<textarea>`:
//! Leptos does not escape the children of that element on the server, so its text would run as markup.

use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*};

use super::{
    Need, Text,
    dom::sync_value,
    field::{Frame, field_id, framed, invalid},
    given,
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

/// The bare control, for places that bring their own frame.
pub(crate) struct AreaControl {
    pub value: RwSignal<String>,
    pub id: String,
    pub name: Text,
    pub rows: u32,
    pub placeholder: Text,
    pub maxlength: Option<u32>,
    pub required: bool,
    pub described_by: String,
    pub error: Signal<Option<String>>,
    pub disabled: Signal<bool>,
    pub on_input: Option<Callback<String>>,
    pub on_blur: Option<Callback<String>>,
    pub on_submit: Option<Callback<String>>,
}

pub(crate) fn text_area_control(area: AreaControl) -> AnyView {
    let AreaControl { value, on_input, on_blur, on_submit, disabled, .. } = area;
    let node = NodeRef::<Textarea>::new();
    Effect::new(move |ran: Option<()>| {
        if let Some(element) = node.get() {
            sync_value(&element, value, ran.is_none());
        }
    });
    let keydown = move |event: KeyboardEvent| {
        if let Some(on_submit) = on_submit
            && event.key() == "Enter"
            && (event.ctrl_key() || event.meta_key())
        {
            event.prevent_default();
            on_submit.run(value.get_untracked());
        }
    };
    view! {
        <textarea
            node_ref=node
            class="input input-area"
            id=area.id
            name=area.name
            rows=area.rows
            placeholder=given(&area.placeholder)
            maxlength=area.maxlength
            required=area.required
            disabled=move || disabled.get()
            aria-invalid=invalid(area.error)
            aria-describedby=area.described_by
            inner_html=escaped_text(&value.get_untracked())
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
        ></textarea>
    }
    .into_any()
}

/// The text as the content of a `<textarea>`: nothing in it can end the element, and the first line
/// break survives (the HTML parser drops one right after the opening tag).
fn escaped_text(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 8);
    if text.starts_with(['\n', '\r']) {
        html.push('\n');
    }
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::escaped_text;

    #[test]
    fn nothing_typed_can_end_the_element() {
        let html = escaped_text("</textarea><script>alert(1)</script>&amp;");
        assert_eq!(html, "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;");
    }

    #[test]
    fn a_leading_line_break_is_doubled_for_the_parser() {
        assert_eq!(escaped_text("\na"), "\n\na");
        assert_eq!(escaped_text("a\n"), "a\n");
    }
}
