//! The file that hands strings to the HTML parser: cleaned Markdown and the text of a `<textarea>`.
//! Leptos does not escape the children of that element on the server, so they would run as markup.

use leptos::{ev::KeyboardEvent, html::Textarea, prelude::*};

use super::{Text, dom::sync_value, field::invalid, given};

/// Shows HTML that the server rendered from Markdown and cleaned. Never give it anything else.
#[component]
pub fn Rendered(
    /// Cleaned HTML.
    #[prop(into)]
    html: String,
) -> AnyView {
    view! { <div class="prose" inner_html=html></div> }.into_any()
}

/// What a bare text box needs, for places that bring their own frame.
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

/// The text box itself.
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
