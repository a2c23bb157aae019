//! The sheet that asks for format and character set. A plain form: the browser saves the answer.

use crate::{
    boot::use_boot,
    i18n::{format, use_text, words},
    ui::{Button, ButtonKind, Choice, Dialog, RadioGroup, Variant, use_toasts},
};
use domain::list::{ListRequest, Tab};
use leptos::prelude::*;

/// The sheet. Its opener may name it by `opens="export"`, which works before the page is live.
#[component]
pub fn ExportDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What the list shows; its search, filters and order apply.
    #[prop(into)]
    request: Signal<ListRequest>,
) -> impl IntoView {
    let text = use_text();
    let title = text.export_heading_all();
    view! {
        <Dialog id="export" open=open title=title downloads=true>
            {move || form(open, request)}
        </Dialog>
    }
    .into_any()
}

fn form(open: RwSignal<bool>, request: Signal<ListRequest>) -> AnyView {
    let text = use_text();
    let toasts = use_toasts();
    let format = RwSignal::new("xlsx".to_owned());
    let encoding = RwSignal::new("utf-8".to_owned());
    let formats = vec![
        Choice::new("xlsx", text.choice_export_format_xlsx()),
        Choice::new("csv", text.choice_export_format_csv()),
    ];
    let encodings = ["utf-8", "gb18030"].map(|code| {
        let key = format!("choice.encoding.{code}");
        Choice::new(code, text.by_code(&key).unwrap_or(code))
    });
    let most = use_boot().with_value(|boot| format::integer(boot.organisation.export_rows));
    let action = move || match request.read().tab {
        Tab::People => "/export/people",
        Tab::Companies | Tab::Individuals => "/export/customers",
    };
    let which = move || {
        let request = request.get();
        ListRequest { after: None, ..request }
            .to_query()
            .into_iter()
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect_view()
    };
    let sent = move |_| {
        open.set(false);
        toasts.done(text.export_running());
    };
    view! {
        <form class="form" method="get" action=action on:submit=sent>
            {which}
            <p class="muted">
                {move || words::tab(text, request.read().tab)} " · " {text.export_hint()}
            </p>
            <RadioGroup label=text.export_format() name="format" value=format options=formats />
            <div hidden=move || format.read().as_str() != "csv">
                <RadioGroup
                    label=text.export_encoding()
                    name="encoding"
                    value=encoding
                    options=encodings.to_vec()
                />
            </div>
            <p class="muted">{text.export_most(&most)} " " {text.export_logged()}</p>
            <div class="cluster">
                <Button variant=Variant::Primary kind=ButtonKind::Submit icon="download">
                    {text.export_start()}
                </Button>
            </div>
        </form>
    }
    .into_any()
}
