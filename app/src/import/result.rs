//! The last step: ready to start, at work, and what came of it, with the way back.

use super::{
    api::{CheckView, ImportScreen, UndoImport, undo_import},
    check::{File, remarks, tile, told_rows},
    progress::{is_at_work, progress},
    wizard::{At, Forms, address},
};
use crate::{
    boot::{use_boot, use_now},
    frame::save_trouble,
    i18n::{Text, format, use_text, words},
    ui::{Banner, Button, ButtonKind, Card, ConfirmDialog, LinkButton, Tone, Variant, use_toasts},
};
use domain::{
    id::ImportNumber,
    import::{ImportJob, ImportNote, ImportState, RowMatch, UNDO_DAYS},
    time::DAY,
};
use leptos::{form::ActionForm, prelude::*, task::spawn_local};

/// Everything is decided; one button starts it.
pub(super) fn ready(job: &ImportJob, check: &CheckView, forms: Forms) -> AnyView {
    let text = use_text();
    let (number, id) = (job.number, job.number.0);
    let pending: Signal<bool> = forms.start.pending().into();
    let mode = words::on_duplicate(text, job.on_duplicate);
    let summary = text.import_run_summary(check.counts.rows, &job.file_name);
    view! {
        <ActionForm action=forms.start attr:class="wizard-body">
            <input type="hidden" name="number" value=id />
            <Card title=text.import_run_heading()>
                <p>{summary}</p>
                <p>{text.import_run_mode(mode)}</p>
                <p class="muted">{text.import_run_safe()}</p>
            </Card>
            <div class="wizard-foot">
                <LinkButton href=address(number, At::Duplicates)>{text.common_back()}</LinkButton>
                <Button
                    variant=Variant::Primary
                    kind=ButtonKind::Submit
                    icon="upload"
                    loading=pending
                >
                    {text.import_run_start()}
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// A run that was started.
pub(super) fn result(screen: ImportScreen, changed: Callback<()>) -> AnyView {
    let ImportScreen { job, remarks: reports, matches, rows, .. } = screen;
    if is_at_work(&job) {
        return progress(job, changed);
    }
    let text = use_text();
    let counts = job.counts;
    let number = job.number;
    let outcome = outcome(text, &job);
    let actions = actions(&job, &rows, changed);
    view! {
        {outcome}
        <div class="tiles">
            {tile("ok", "plus", counts.created, text.choice_row_result_created())}
            {tile("", "pencil", counts.updated, text.choice_row_result_updated())}
            {tile("", "minus", counts.unchanged, text.choice_row_result_unchanged())}
            {tile("warn", "triangle-alert", counts.warned, text.choice_row_result_warning())}
            {tile("bad", "circle-x", counts.refused, text.choice_row_result_refused())}
        </div>
        {remarks(number, &reports)}
        {there(number, &matches)}
        {actions}
    }
    .into_any()
}

/// The records a row was found to be, as numbers and names.
pub(super) fn matched(one: &RowMatch) -> String {
    let account = one.account.as_ref().map(|(number, name)| format!("{number} {name}"));
    let person = one.person.as_ref().map(|(number, name)| format!("{number} {name}"));
    let deal = one.deal.as_ref().map(|(number, name)| format!("{number} {name}"));
    let product = one.product.as_ref().map(|(code, name)| format!("{code} {name}"));
    let case = one.case.as_ref().map(|(number, subject)| format!("{number} {subject}"));
    let order = one.order.map(|number| number.to_string());
    account
        .into_iter()
        .chain(person)
        .chain(deal)
        .chain(order)
        .chain(case)
        .chain(product)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Rows that were there already, and the records they were found to be.
fn there(number: ImportNumber, matches: &[RowMatch]) -> AnyView {
    let text = use_text();
    let rows = matches
        .iter()
        .map(|one| {
            let row = format!("{} {}", text.import_check_row(), format::integer(one.row));
            let of_case = one.case.as_ref().map(|(number, _)| format!("/feedback/{number}"));
            let of_order = one.order.map(|number| format!("/orders/{number}")).or(of_case);
            let of_others = match (&one.person, &one.account, &one.deal) {
                (Some((number, _)), ..) => Some(format!("/people/{number}")),
                (None, Some((number, _)), _) => Some(format!("/customers/{number}")),
                (None, None, Some((number, _))) => Some(format!("/deals/{number}")),
                (None, None, None) => None,
            };
            let href = of_order.or(of_others);
            let words = matched(one);
            let told = match href {
                Some(href) => view! {
                    <a class="problem-text" href=href>
                        {words}
                    </a>
                }
                .into_any(),
                None => view! { <span class="problem-text">{words}</span> }.into_any(),
            };
            view! {
                <li class="problem">
                    <span class="problem-row num">{row}</span>
                    {told}
                </li>
            }
            .into_any()
        })
        .collect();
    let file = File {
        href: format!("/imports/{number}/remarks?rows=unchanged"),
        name: "unchanged.csv",
        label: text.import_there_download(),
    };
    told_rows(text.import_there_heading(), matches.len(), file, rows)
}

/// How it ended, in a banner.
fn outcome(text: Text, job: &ImportJob) -> AnyView {
    let boot = use_boot();
    let (tone, words) = match job.state {
        ImportState::Undone => {
            let when = boot.with_value(|boot| {
                let now = use_now().get_untracked();
                format::ago(text, job.finished_at.unwrap_or(now), now, &boot.zone)
            });
            (Tone::Neutral, text.import_undone_at(&when))
        }
        ImportState::Failed => (Tone::Bad, text.import_result_failed().to_owned()),
        _ => {
            let took = job.finished_at.map_or(0, |at| at.0 - job.created_at.0);
            let heading = text.import_result_heading();
            (
                Tone::Ok,
                format!("{heading} · {}", text.import_result_in(&format::duration(text, took))),
            )
        }
    };
    let more = match &job.note {
        Some(ImportNote::Kept { records }) => Some(text.import_undo_kept(*records)),
        Some(ImportNote::Refused { why }) => Some(words::file_refusal(text, why)),
        Some(ImportNote::Denied) => Some(text.import_not_permitted().to_owned()),
        Some(ImportNote::Internal { reference }) => Some(text.failure_internal(reference)),
        Some(ImportNote::Undoing) | None => None,
    };
    view! {
        <Banner tone=tone>
            <p>{words}</p>
            <p>{more}</p>
        </Banner>
    }
    .into_any()
}

fn actions(job: &ImportJob, rows: &str, changed: Callback<()>) -> AnyView {
    let text = use_text();
    let (href, words) = match rows {
        "deals" => ("/deals", text.import_result_open_deals()),
        "orders" => ("/orders", text.import_result_open_orders()),
        "cases" => ("/feedback?state=all", text.import_result_open_cases()),
        "products" => ("/products", text.import_result_open_products()),
        _ => ("/customers?sort=created", text.import_result_open()),
    };
    let until = job.finished_at.filter(|_| job.can_undo).map(|at| {
        use_boot().with_value(|boot| {
            let (date, ..) = boot.zone.wall_clock(at.plus(UNDO_DAYS * DAY));
            text.import_undo_until(&format::date_long(text, date))
        })
    });
    let undo = job.can_undo.then(|| undo(job, changed));
    view! {
        <div class="cluster">
            <LinkButton href=href variant=Variant::Primary>
                {words}
            </LinkButton>
            <LinkButton href="/import">{text.import_result_again()}</LinkButton>
            {undo}
            <span class="muted">{until}</span>
        </div>
    }
    .into_any()
}

fn undo(job: &ImportJob, changed: Callback<()>) -> AnyView {
    let text = use_text();
    let number = job.number;
    let (open, busy) = (RwSignal::new(false), RwSignal::new(false));
    let toasts = use_toasts();
    let confirm = move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = undo_import(number).await;
            busy.try_set(false);
            open.try_set(false);
            match answer {
                Ok(()) => {
                    changed.try_run(());
                }
                Err(error) => {
                    toasts.error(save_trouble(text, &error));
                }
            }
        });
    };
    let plain = ServerAction::<UndoImport>::new();
    view! {
        <div class="plain-only">
            <ActionForm action=plain>
                <input type="hidden" name="number" value=number.0 />
                <button class="btn btn-default" type="submit">
                    <span class="btn-label">{text.import_undo_action()}</span>
                </button>
            </ActionForm>
        </div>
        <Button icon="undo-2" opens="undo-import" on_click=move |_| open.set(true)>
            {text.import_undo()}
        </Button>
        <ConfirmDialog
            id="undo-import"
            open=open
            title=text.import_undo_title(&job.file_name)
            body=text.import_undo_body(job.counts.created)
            action=text.import_undo_action()
            busy=busy
            on_confirm=confirm
        />
    }
    .into_any()
}
