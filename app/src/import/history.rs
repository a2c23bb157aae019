//! The page that takes a file, and the runs there were.

use super::{api::list_imports, send::Send};
use crate::{
    boot::{use_boot, use_now},
    carried::carried,
    i18n::{Text, format, use_text, words},
    ui::{
        Banner, Card, EmptyState, Icon, LinkButton, LoadMore, Page, Skeleton, SkeletonKind,
        StatusChip, Tone, Variant,
    },
};
use domain::{
    failure::FileRefusal,
    import::{ImportJob, ImportState, MAX_BYTES, MAX_COLUMNS, MAX_ROWS},
    page::Page as Rows,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The import screen.
#[component]
pub fn Imports() -> impl IntoView {
    let text = use_text();
    let query = use_query_map();
    let after = Memo::new(move |_| query.with(|query| query.get("after")?.parse::<i64>().ok()));
    let refused = move || {
        let code = query.with(|query| query.get("refused"))?;
        Some(refusal_of(&code).map_or_else(
            || text.failure_unavailable().to_owned(),
            |why| words::file_refusal(text, &why),
        ))
    };
    let runs = carried(move || after.get(), list_imports);
    let banner = move || refused().map(|words| view! { <Banner tone=Tone::Bad>{words}</Banner> });
    view! {
        <Title text=text.import_title() />
        <Page title=text.import_title().to_owned() class="wizard">
            {banner}
            <Card>
                <Send />
                <p class="muted">{text.import_upload_safe()}</p>
                <p class="muted only-phone">{text.import_phone_hint()}</p>
                <div class="cluster">
                    <LinkButton
                        href="/imports/template"
                        variant=Variant::Quiet
                        icon="download"
                        download="template.csv"
                    >
                        {text.import_template()}
                    </LinkButton>
                    <span class="sub">{text.import_template_hint()}</span>
                </div>
            </Card>
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=4 /> }>
                {runs.shown(history)}
            </Transition>
        </Page>
    }
    .into_any()
}

/// A refusal out of an address, where a form without scripts leaves it.
fn refusal_of(code: &str) -> Option<FileRefusal> {
    Some(match code {
        "too_large" => FileRefusal::TooLarge { max: MAX_BYTES },
        "too_many_rows" => FileRefusal::TooManyRows { max: MAX_ROWS },
        "too_many_columns" => FileRefusal::TooManyColumns { max: MAX_COLUMNS },
        "bomb" => FileRefusal::Bomb,
        "unreadable" => FileRefusal::Unreadable,
        "empty" => FileRefusal::Empty,
        "too_slow" => FileRefusal::TooSlow,
        _ => return None,
    })
}

fn history(runs: Rows<ImportJob>) -> AnyView {
    let text = use_text();
    if runs.rows.is_empty() {
        return view! {
            <EmptyState
                icon="upload"
                title=text.import_list_empty_title()
                text=text.import_list_empty_body()
                compact=true
            />
        }
        .into_any();
    }
    let next = runs.next.map(|next| {
        view! {
            <div class="list-foot">
                <LoadMore href=format!("/import?after={}", next.number) label=text.common_load_more() />
            </div>
        }
    });
    let rows = runs.rows.into_iter().map(entry).collect_view();
    view! {
        <section class="card card-flush" aria-labelledby="imports">
            <div class="card-head">
                <h2 class="card-title" id="imports">
                    {text.import_list_title()}
                </h2>
            </div>
            <ul class="entry-list">{rows}</ul>
            {next}
        </section>
    }
    .into_any()
}

fn entry(job: ImportJob) -> AnyView {
    let (text, now) = (use_text(), use_now().get_untracked());
    let when = use_boot().with_value(|boot| format::ago(text, job.created_at, now, &boot.zone));
    let who = if job.by_name.is_empty() { text.timeline_system() } else { &job.by_name };
    let about = text.import_by(&when, who);
    let result = (job.state != ImportState::Uploaded).then(|| summary(text, &job));
    view! {
        <li class="entry">
            <Icon name="file" />
            <div class="grow">
                <p class="entry-title">
                    <a href=format!("/import/{}", job.number)>{job.file_name.clone()}</a>
                </p>
                <p class="sub">{about} {result.map(|result| format!(" · {result}"))}</p>
            </div>
            {state_chip(text, job.state)}
        </li>
    }
    .into_any()
}

/// The state of a run as a chip.
pub(super) fn state_chip(text: Text, state: ImportState) -> AnyView {
    let tone = match state {
        ImportState::Uploaded | ImportState::Undone => Tone::Neutral,
        ImportState::Running => Tone::Info,
        ImportState::Done => Tone::Ok,
        ImportState::Failed => Tone::Bad,
    };
    view! { <StatusChip tone=tone label=words::import_state(text, state) /> }.into_any()
}

/// What a run did, in a line.
pub(super) fn summary(text: Text, job: &ImportJob) -> String {
    let counts = job.counts;
    let parts = [
        (counts.created, text.import_result_created(counts.created)),
        (counts.updated, text.import_result_updated(counts.updated)),
        (counts.unchanged, text.import_result_unchanged(counts.unchanged)),
        (counts.refused, text.import_result_refused(counts.refused)),
    ];
    let said: Vec<String> =
        parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, words)| words).collect();
    said.join(" · ")
}
