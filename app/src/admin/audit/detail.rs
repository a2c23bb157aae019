//! One line of the audit log in full: who, when, from where, and each field before and after.

use super::words;
use crate::{
    boot::use_boot,
    i18n::{Text, format, use_text},
    ui::{Button, Dialog, Fact, FactList},
};
use domain::audit::{AuditLine, LineValues};
use leptos::prelude::*;

/// Id of the dialog.
pub(super) const ID: &str = "audit-line";

/// The line that is looked at.
#[derive(Clone, Copy)]
pub(super) struct Opened {
    open: RwSignal<bool>,
    line: RwSignal<Option<AuditLine>>,
}

impl Opened {
    pub(super) fn new() -> Self {
        Self { open: RwSignal::new(false), line: RwSignal::new(None) }
    }

    pub(super) fn show(self, line: Option<AuditLine>) {
        self.line.set(line);
        self.open.set(true);
    }
}

/// The dialog.
pub(super) fn dialog(opened: Opened) -> AnyView {
    let text = use_text();
    let Opened { open, line } = opened;
    let close = move || {
        view! { <Button on_click=move |_| open.set(false)>{text.common_close()}</Button> }
    };
    view! {
        <Dialog id=ID open=open title=text.audit_line_title() footer=close lazy=true wide=true>
            {move || line.get().map(|line| content(text, &line))}
        </Dialog>
    }
    .into_any()
}

fn content(text: Text, line: &AuditLine) -> AnyView {
    let boot = use_boot();
    let (who, behalf, at) = boot.with_value(|boot| {
        (
            words::who(text, boot, line.user),
            line.on_behalf_of.map(|user| words::who(text, boot, user)),
            format::date_time(text, line.at, &boot.zone),
        )
    });
    let behalf = behalf.map(|name| view! { <Fact label=text.audit_on_behalf_of()>{name}</Fact> });
    let browser = words::browser(text, line)
        .map(|name| view! { <Fact label=text.audit_browser()>{name}</Fact> });
    let what = words::title(text, line);
    let what = match words::href(line) {
        Some(href) => view! { <a href=href>{what}</a> }.into_any(),
        None => what.into_any(),
    };
    let (source, number) = (words::source(text, line), format::integer(line.number));
    let values = values(text, line);
    view! {
        <FactList>
            <Fact label=text.audit_what()>{what}</Fact>
            <Fact label=text.audit_who()>{who}</Fact>
            {behalf}
            <Fact label=text.audit_when()>{at}</Fact>
            <Fact label=text.audit_source()>{source}</Fact>
            {browser}
            <Fact label=text.audit_number()>
                <span class="num select-all">{number}</span>
            </Fact>
        </FactList>
        {values}
    }
    .into_any()
}

/// Each field with what stood there before and stands there after.
fn values(text: Text, line: &AuditLine) -> AnyView {
    let fields = match &line.values {
        LineValues::Shown(fields) if fields.is_empty() => {
            return view! { <p class="muted">{text.audit_no_values()}</p> }.into_any();
        }
        LineValues::Erased(by) => {
            return view! { <p class="muted">{text.audit_erased(&format::integer(*by))}</p> }
                .into_any();
        }
        LineValues::Hidden => {
            return view! { <p class="muted">{text.audit_hidden()}</p> }.into_any();
        }
        LineValues::Shown(fields) => fields,
    };
    let rows = use_boot().with_value(|boot| {
        fields
            .iter()
            .map(|change| {
                let shown = |raw: &str| words::value(text, boot, line.object, &change.field, raw);
                let label = words::label(text, line.object, &change.field);
                let (before, after) = (shown(&change.before), shown(&change.after));
                view! {
                    <li>
                        <p class="entry-title">{label}</p>
                        <dl class="audit-values">
                            <dt>{text.audit_before()}</dt>
                            <dd>
                                <del>{before}</del>
                            </dd>
                            <dt>{text.audit_after()}</dt>
                            <dd>
                                <ins>{after}</ins>
                            </dd>
                        </dl>
                    </li>
                }
            })
            .collect_view()
    });
    view! { <ul class="audit-diff">{rows}</ul> }.into_any()
}
