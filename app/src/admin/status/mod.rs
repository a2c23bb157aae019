//! The state of the installation: version, database, disk, encryption, and what needs attention.

pub mod api;
mod lines;

use super::{Place, page};
use crate::{
    boot::use_boot,
    carried::carried,
    i18n::{Text, format, use_text},
    ui::{Banner, Button, Icon, Skeleton, SkeletonKind, Tone},
};
use api::{SystemState, system_status};
use leptos::prelude::*;
use lines::{Line, lines};

/// The page.
#[component]
pub fn Status() -> impl IntoView {
    let text = use_text();
    let busy = RwSignal::new(false);
    let state = carried(
        || (),
        move |()| async move {
            let state = system_status().await;
            busy.try_set(false);
            state
        },
    );
    let again = Callback::new(move |()| {
        busy.set(true);
        state.refetch();
    });
    let refresh = move || {
        view! {
            <Button icon="refresh-cw" class="phone-keep phone-icon" loading=busy on_click=move |_| again.run(())>
                {text.system_refresh()}
            </Button>
        }
    };
    let content = view! {
        <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Rows count=6 /> }>
            {state.shown(move |state| list(text, &state))}
        </Transition>
    };
    page(Place::Status, refresh, content.into_any())
}

fn list(text: Text, state: &SystemState) -> AnyView {
    let (all, as_of) = use_boot().with_value(|boot| {
        let seen = format::date_time(text, state.now, &boot.zone);
        (lines(text, state, &boot.zone), text.system_as_of(&seen))
    });
    let open = all.iter().filter(|line| line.tone != Tone::Ok).count();
    let (tone, summary) = match i64::try_from(open).unwrap_or(i64::MAX) {
        0 => (Tone::Ok, text.system_good().to_owned()),
        count => (Tone::Warn, text.system_attention(count)),
    };
    let rows = all.into_iter().map(|line| row(text, line)).collect_view();
    view! {
        <Banner tone=tone>{summary}</Banner>
        <section class="card card-flush">
            <ul class="status-list">{rows}</ul>
        </section>
        <p class="sub">{as_of}</p>
    }
    .into_any()
}

fn row(text: Text, line: Line) -> AnyView {
    let (icon, word) = match line.tone {
        Tone::Bad => ("circle-x", text.system_failed()),
        Tone::Warn => ("triangle-alert", text.system_warning()),
        _ => ("circle-check", text.system_ok()),
    };
    let more = line.more.into_iter().map(|more| view! { <p class="sub">{more}</p> }).collect_view();
    view! {
        <li data-tone=line.tone.name()>
            <Icon name=icon label=word />
            <div class="grow">
                <p class="entry-title">{line.title}</p>
                {more}
            </div>
            <span class="num">{line.value}</span>
        </li>
    }
    .into_any()
}
