//! The sheet that asks for format and character set. A plain form: the browser saves the answer.

use crate::{
    boot::use_boot,
    i18n::{Text, format, use_text, words},
    ui::{Button, ButtonKind, Choice, Dialog, Menu, MenuItem, RadioGroup, Variant, use_toasts},
};
use domain::{
    case::CaseRequest,
    list::{ListRequest, Tab},
    opportunity::DealRequest,
    order::OrderRequest,
    survey::ResponseRequest,
};
use leptos::prelude::*;

/// What goes out: where it is asked for, and by which list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    action: &'static str,
    query: Vec<(&'static str, String)>,
    what: String,
}

impl Outgoing {
    /// A list of customers or persons; its search, filters and order apply.
    #[must_use]
    pub fn customers(text: Text, request: &ListRequest) -> Self {
        let action = match request.tab {
            Tab::People => "/export/people",
            Tab::Companies | Tab::Individuals => "/export/customers",
        };
        let query = ListRequest { after: None, ..request.clone() }.to_query();
        Self { action, query, what: words::tab(text, request.tab).to_owned() }
    }

    /// A list of deals.
    #[must_use]
    pub fn deals(text: Text, request: &DealRequest) -> Self {
        let query = DealRequest { after: None, ..request.clone() }.to_query();
        let state =
            request.state.map_or(text.deal_every_one(), |state| words::stage_kind(text, state));
        let what = format!("{} · {state}", text.deal_title());
        Self { action: "/export/deals", query, what }
    }

    /// A list of orders.
    #[must_use]
    pub fn orders(text: Text, request: &OrderRequest) -> Self {
        let query = OrderRequest { after: None, ..request.clone() }.to_query();
        let status = request
            .status
            .map_or(text.order_every_status(), |status| words::order_status(text, status));
        let what = format!("{} · {status}", text.order_title());
        Self { action: "/export/orders", query, what }
    }

    /// A list of cases.
    #[must_use]
    pub fn cases(text: Text, request: &CaseRequest) -> Self {
        let query = request.from_start().to_query();
        let state = words::case_state(text, request.state);
        let what = format!("{} · {state}", text.case_title());
        Self { action: "/export/feedback", query, what }
    }

    /// A list of answers to surveys.
    #[must_use]
    pub fn answers(text: Text, request: &ResponseRequest) -> Self {
        let query = request.from_start().to_query();
        let survey = request
            .survey
            .map_or_else(|| text.survey_every_status().to_owned(), |survey| survey.to_string());
        let what = format!("{} · {survey}", text.survey_answers());
        Self { action: "/export/answers", query, what }
    }
}

/// What opens the sheet: a button on wide screens, an entry of a menu on phones, where the way to import stands, too.
pub(crate) fn export_buttons(sheet: RwSignal<bool>, import: bool) -> AnyView {
    let text = use_text();
    view! {
        <Button icon="download" opens="export" on_click=move |_| sheet.set(true)>
            {text.list_export()}
        </Button>
        <span class="only-phone phone-keep">
            <Menu id="list-menu" label=text.common_more()>
                {import
                    .then(|| {
                        view! { <MenuItem label=text.list_import() icon="upload" href="/import" /> }
                    })}
                <MenuItem
                    label=text.list_export()
                    icon="download"
                    opens="export"
                    on_click=move || sheet.set(true)
                />
            </Menu>
        </span>
    }
    .into_any()
}

/// The sheet. Its opener may name it by `opens="export"`, which works before the page is live.
#[component]
pub fn ExportDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// What the list shows.
    #[prop(into)]
    request: Signal<Outgoing>,
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

fn form(open: RwSignal<bool>, request: Signal<Outgoing>) -> AnyView {
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
    let action = move || request.read().action;
    let which = move || {
        request
            .get()
            .query
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
                {move || request.read().what.clone()} " · " {text.export_hint()}
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
