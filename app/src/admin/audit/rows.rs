//! The lines of the audit log as a table, lines on phones, and more of them.

use super::{
    address,
    api::{AuditScreen, read_audit},
    detail, words,
};
use crate::{
    boot::use_boot,
    customers::list::joined,
    frame::{address::query, read_trouble},
    i18n::{Text, format, use_text},
    ui::{
        Button, Column, ColumnKind, DataTable, EmptyState, LinkButton, LoadMore, Size, StatusChip,
        Tone, use_announcer, use_toasts,
    },
};
use domain::{
    audit::{AuditLine, AuditRequest, AuditState},
    page::Cursor,
};
use leptos::{prelude::*, task::spawn_local};

/// The lines on show.
#[derive(Clone, Copy)]
struct Rows {
    text: Text,
    all: RwSignal<Vec<AuditLine>>,
    next: RwSignal<Option<Cursor>>,
    loading: RwSignal<bool>,
    opened: detail::Opened,
}

/// The table with the state of the log above it. A line is shown in full by `opened`.
pub(super) fn list(screen: AuditScreen, request: AuditRequest, opened: detail::Opened) -> AnyView {
    let text = use_text();
    let AuditScreen { page, state } = screen;
    let rows = Rows {
        text,
        next: RwSignal::new(page.next),
        all: RwSignal::new(page.rows),
        loading: RwSignal::new(false),
        opened,
    };
    let start = request.after.is_some().then(|| {
        let href = address(&AuditRequest { after: None, ..request.clone() });
        view! {
            <LinkButton href=href size=Size::Sm icon="arrow-up">
                {text.list_page_start()}
            </LinkButton>
        }
    });
    let empty = rows.all.with_untracked(Vec::is_empty);
    let content = if empty {
        view! {
            <EmptyState icon="history" title=text.audit_empty_title() text=text.audit_empty_body() />
        }
        .into_any()
    } else {
        table(rows)
    };
    view! {
        <div class="cluster">{badge(text, &state)}</div>
        <div class="panel list-panel">
            {content}
            <div class="list-foot">{start} {next_link(rows, request)}</div>
        </div>
    }
    .into_any()
}

/// Whether the log holds, and since when that is known.
fn badge(text: Text, state: &AuditState) -> AnyView {
    let (tone, icon, label) = match state.fault {
        Some(fault) => (Tone::Bad, "triangle-alert", words::fault(text, fault)),
        None if state.at.is_set() => {
            let at = use_boot().with_value(|boot| format::date_time(text, state.at, &boot.zone));
            (Tone::Ok, "shield-check", text.audit_verified(&format::integer(state.to), &at))
        }
        None => (Tone::Neutral, "shield", text.audit_not_verified().to_owned()),
    };
    view! { <StatusChip tone=tone icon=icon label=label /> }.into_any()
}

fn table(rows: Rows) -> AnyView {
    let text = rows.text;
    let columns = vec![
        Column::new("at", text.audit_when()).kind(ColumnKind::Date),
        Column::new("who", text.audit_who()),
        Column::new("name", text.audit_what()),
        Column::new("source", text.audit_source()),
        Column::new("actions", text.column_actions()).kind(ColumnKind::Actions),
    ];
    view! {
        <DataTable caption=text.audit_title() columns=columns>
            <For each=move || rows.all.get() key=|line| line.number let:line>
                {row(rows, line)}
            </For>
        </DataTable>
    }
    .into_any()
}

fn row(rows: Rows, line: AuditLine) -> AnyView {
    let text = rows.text;
    let (who, at, summary) = use_boot().with_value(|boot| {
        (
            words::who(text, boot, line.user),
            format::date_time_table(line.at, &boot.zone),
            words::summary(text, boot, &line),
        )
    });
    let title = words::title(text, &line);
    let below = joined(&[&at, &who]);
    let source = words::source(text, &line);
    let label = text.audit_open_line(&format::integer(line.number));
    let (number, opened) = (line.number, rows.opened);
    let open = move |_| {
        let found =
            rows.all.with_untracked(|all| all.iter().find(|line| line.number == number).cloned());
        opened.show(found);
    };
    view! {
        <tr>
            <td class="date">{at}</td>
            <td>{who}</td>
            <th scope="row" class="cell-name">
                <span class="stack-tight">
                    <span class="cell-title">{title}</span>
                    <span class="sub audit-summary">{summary}</span>
                    <span class="sub only-phone">{below}</span>
                </span>
            </th>
            <td class="col-3">{source}</td>
            <td class="cell-actions at-end">
                <Button size=Size::Sm icon="eye" opens=detail::ID on_click=open>
                    <span aria-hidden="true">{text.audit_open()}</span>
                    <span class="visually-hidden">{label}</span>
                </Button>
            </td>
        </tr>
    }
    .into_any()
}

/// Leads to the next page; with scripts it is appended instead.
fn next_link(rows: Rows, request: AuditRequest) -> AnyView {
    let text = rows.text;
    let (announcer, toasts) = (use_announcer(), use_toasts());
    let request = StoredValue::new(request);
    let onward = move |after: Cursor| {
        request.with_value(|request| AuditRequest { after: Some(after), ..request.clone() })
    };
    let more = move || {
        let Some(after) = rows.next.get_untracked() else { return };
        if rows.loading.get_untracked() {
            return;
        }
        rows.loading.set(true);
        let query = query(onward(after).to_query());
        spawn_local(async move {
            let answer = read_audit(query).await;
            rows.loading.try_set(false);
            match answer {
                Ok(AuditScreen { page, .. }) => {
                    announcer.say(text.list_loaded(i64::try_from(page.rows.len()).unwrap_or(0)));
                    rows.all.try_update(|all| all.extend(page.rows));
                    rows.next.try_set(page.next);
                }
                Err(error) => {
                    toasts.error(read_trouble(text, &error));
                }
            }
        });
    };
    (move || {
        let after = rows.next.get()?;
        Some(view! {
            <LoadMore href=address(&onward(after)) label=text.list_load_more() loading=rows.loading on_more=move |()| more() />
        })
    })
    .into_any()
}
