//! One's own passkeys, and the way to the page where they are made, named and removed, which is the server's own.

use crate::{
    boot::{use_boot, use_now},
    i18n::{Text, format, use_text},
    ui::{Icon, StatusChip, Tone},
};
use domain::{
    passkey::Passkey,
    time::{Instant, ZoneOffsets},
};
use leptos::prelude::*;

/// When it was made and used.
pub(crate) fn told(text: Text, passkey: &Passkey, now: Instant, zone: &ZoneOffsets) -> AnyView {
    let made = text.passkey_made_at(&format::date_time(text, passkey.made_at, zone));
    let used = if passkey.last_used_at.is_set() {
        text.passkey_used_at(&format::ago(text, passkey.last_used_at, now, zone))
    } else {
        text.passkey_never_used().to_owned()
    };
    view! {
        <p class="sub parts">
            <span>{made}</span>
            <span>{used}</span>
        </p>
    }
    .into_any()
}

/// The card.
pub(super) fn card(passkeys: Vec<Passkey>) -> AnyView {
    let text = use_text();
    let none = passkeys.is_empty();
    let action = if none { text.passkey_make() } else { text.passkey_manage() };
    let chip = none.then(|| {
        view! { <StatusChip tone=Tone::Neutral icon="key-round" label=text.passkey_none() /> }
    });
    let rows = passkeys.into_iter().map(|passkey| row(text, passkey)).collect_view();
    view! {
        <section class="card card-flush">
            <div class="card-head">
                <div>
                    <h2 class="card-title">{text.passkey_title()}</h2>
                    <p class="sub">{text.passkey_lead()}</p>
                </div>
                <div class="cluster">
                    {chip} <a class="btn btn-default" href="/passkeys" rel="external">
                        <span class="btn-label">{action}</span>
                    </a>
                </div>
            </div>
            {(!none).then(|| view! { <ul class="entry-list">{rows}</ul> })}
        </section>
    }
    .into_any()
}

fn row(text: Text, passkey: Passkey) -> AnyView {
    let told =
        use_boot().with_value(|boot| told(text, &passkey, use_now().get_untracked(), &boot.zone));
    view! {
        <li class="entry">
            <Icon name="key-round" />
            <div class="grow">
                <p class="entry-title">{passkey.name}</p>
                {told}
            </div>
        </li>
    }
    .into_any()
}
