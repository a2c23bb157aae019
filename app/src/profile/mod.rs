//! One's own profile: name, look of the screens, password, signed-in browsers.

mod account;
pub mod api;
pub(crate) mod device;
pub(crate) mod passkeys;
mod password;
mod sessions;

use crate::{
    boot::{use_boot, use_now},
    carried::carried,
    frame::Preferences,
    i18n::{format, use_text},
    ui::{Banner, Card, Page, Skeleton, SkeletonKind, StatusChip, Tone},
};
use api::{ProfileScreen, open_profile};
use domain::audit::FailedSignIns;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The profile.
#[component]
pub fn Profile() -> impl IntoView {
    let text = use_text();
    let screen = carried(|| (), |()| open_profile());
    let again = Callback::new(move |()| screen.refetch());
    view! {
        <Title text=text.profile_title() />
        <Page title=text.profile_title().to_owned() narrow=true class="settings-page">
            {done()}
            <Transition fallback=|| view! { <Skeleton kind=SkeletonKind::Card count=3 /> }>
                {screen.shown(move |screen| content(screen, again))}
            </Transition>
        </Page>
    }
    .into_any()
}

/// What a plain form has just done.
fn done() -> AnyView {
    let text = use_text();
    let query = use_query_map();
    (move || {
        let words = query.with(|query| match query.get_str("done") {
            Some("name") => Some(text.profile_saved()),
            Some("password") => Some(text.password_changed()),
            _ => None,
        })?;
        Some(view! { <Banner tone=Tone::Ok>{words}</Banner> })
    })
    .into_any()
}

fn content(screen: ProfileScreen, again: Callback<()>) -> AnyView {
    let text = use_text();
    let ProfileScreen { user, roles, sessions, failed, passkeys } = screen;
    let second_step = user.second_step;
    let email = user.email.clone();
    view! {
        <div class="settings-body">
            {failed_sign_ins(failed)}
            {account::card(user, roles)}
            <Preferences title=text.profile_appearance() keys=true />
            {password::card(email, again)}
            {second_step_card(second_step)}
            {passkeys::card(passkeys)}
            {sessions::card(sessions, again)}
        </div>
    }
    .into_any()
}

/// That somebody tried to sign in as oneself, and from where the last time.
fn failed_sign_ins(failed: FailedSignIns) -> Option<AnyView> {
    let text = use_text();
    let (at, address) = failed.last?;
    let ago =
        use_boot().with_value(|boot| format::ago(text, at, use_now().get_untracked(), &boot.zone));
    let number = failed.number.number;
    let often = if failed.number.more {
        text.session_failed_many(number)
    } else {
        text.session_failed(number)
    };
    let last = if address.is_empty() {
        text.session_failed_last(&ago)
    } else {
        text.session_failed_last_from(&address, &ago)
    };
    Some(
        view! {
            <Banner tone=Tone::Warn>
                <p>{often} " · " {last}</p>
                <p class="sub">{text.session_failed_hint()}</p>
            </Banner>
        }
        .into_any(),
    )
}

/// Whether signing in takes a second step, and the way to its page, which is the server's own.
fn second_step_card(on: bool) -> AnyView {
    let text = use_text();
    let (tone, icon, words, action) = if on {
        (Tone::Ok, "shield-check", text.profile_second_step_on(), text.profile_second_step_manage())
    } else {
        (Tone::Neutral, "shield", text.profile_second_step_off(), text.second_step_begin())
    };
    view! {
        <Card title=text.second_step_title()>
            <div class="cluster">
                <StatusChip tone=tone icon=icon label=words />
                <a class="btn btn-default" href="/second-step" rel="external">
                    <span class="btn-label">{action}</span>
                </a>
            </div>
            <p class="sub">{text.profile_second_step_hint()}</p>
        </Card>
    }
    .into_any()
}
