//! One user of the list, and what can be done.

use super::{
    Screen, Seat,
    api::{set_user_disabled, sign_user_out},
    ask::Asked,
    devices, hand_over, place, refusal, roles,
};
use crate::{
    boot::{use_boot, use_now},
    error::AppError,
    i18n::format,
    ui::{Avatar, Menu, MenuDivider, MenuItem, StatusChip, Tone},
    view_as::api::view_as,
};
use domain::{failure::Failure, structure::Structure, user::User};
use leptos::prelude::*;

/// Whether the row is about who looks.
fn is_oneself(user: &User) -> bool {
    use_boot().with_value(|boot| boot.user == user.id)
}

/// The row.
pub(super) fn row(screen: Screen, structure: &Structure, user: User) -> AnyView {
    let text = screen.text;
    let seen = use_boot().with_value(|boot| {
        if user.last_seen_at.is_set() {
            let now = use_now().get_untracked();
            let when = format::ago(text, user.last_seen_at, now, &boot.zone);
            format!("{}: {when}", text.user_last_seen())
        } else {
            text.user_never_seen().to_owned()
        }
    });
    let off = user.disabled.then(|| {
        view! { <StatusChip tone=Tone::Warn icon="ban" label=text.user_disabled() /> }
    });
    let invited = (user.invited && !user.disabled).then(|| {
        view! { <StatusChip tone=Tone::Info icon="mail" label=text.user_invited() /> }
    });
    let second_step = user.second_step.then(|| {
        view! { <StatusChip tone=Tone::Ok icon="shield-check" label=text.user_second_step() /> }
    });
    let passkeys = (user.passkeys > 0).then(|| {
        let words = text.user_passkeys(user.passkeys);
        view! { <StatusChip tone=Tone::Ok icon="key-round" label=words /> }
    });
    let you = is_oneself(&user).then(|| {
        view! { <span class="muted">{format!(" ({})", text.user_you())}</span> }
    });
    let names: Vec<_> = user.roles.iter().map(|held| structure.role_name(*held)).collect();
    let roles = roles::chips(text, &names);
    let (name, email, seed) = (user.name.clone(), user.email.clone(), user.id.to_string());
    let places = place::told(structure, &user);
    let places = (!places.is_empty()).then(|| {
        let parts = places.into_iter().map(|place| view! { <span>{place}</span> }).collect_view();
        view! { <p class="sub parts">{parts}</p> }
    });
    let menu = screen.may_change.then(|| menu(screen, Seat { user, structure: structure.clone() }));
    view! {
        <li class="entry">
            <Avatar name=name.clone() seed=seed />
            <div class="grow">
                <p class="entry-title">{name} {you}</p>
                <p class="sub parts">
                    <span>{email}</span>
                    <span>{seen}</span>
                </p>
                {places}
            </div>
            <div class="cluster entry-marks">{off} {invited} {second_step} {passkeys} {roles}</div>
            {menu}
        </li>
    }
    .into_any()
}

fn menu(screen: Screen, seat: Seat) -> AnyView {
    let user = seat.user.clone();
    let text = screen.text;
    // Whoever switches off the own account by mistake needs somebody else to come back.
    let own = if is_oneself(&user) { text.user_yourself() } else { "" };
    let of = seat.clone();
    let (id, name) = (user.id, user.name.clone());
    let sign_out = move || {
        let done = text.user_signed_out_all(&name);
        screen.run(done, move || async move { sign_user_out(id).await.map(drop) });
    };
    let (to_reset, leaving, with_devices) = (user.clone(), user.clone(), user.clone());
    let (no_link, link_words) = match (user.disabled, user.invited) {
        (true, _) => (text.user_link_disabled(), text.user_reset()),
        (false, true) => (own, text.user_invite_again()),
        (false, false) => (own, text.user_reset()),
    };
    let no_view = if user.disabled { text.user_link_disabled() } else { own };
    let to_view = user.clone();
    let look = move || look_as(screen, &to_view);
    let to_explain = user.clone();
    let why = move || screen.asking.about(to_explain.id, to_explain.name.clone());
    let second_step = user.second_step.then(|| {
        let of = user.clone();
        view! {
            <MenuItem
                label=text.user_second_step_off()
                icon="shield"
                disabled_reason=own
                on_click=move || screen.asked.set(Some(Asked::second_step(&of)))
            />
        }
    });
    view! {
        <Menu id=format!("user-{id}") label=text.common_more_for(&user.name)>
            <MenuItem
                label=text.user_roles()
                icon="shield-check"
                disabled_reason=own
                on_click=move || screen.roles_of.set(Some(of.clone()))
            />
            <MenuItem
                label=text.user_place()
                icon="briefcase"
                on_click=move || screen.place_of.set(Some(seat.clone()))
            />
            <MenuItem
                label=text.view_as_start()
                icon="eye"
                disabled_reason=no_view
                on_click=look
            />
            <MenuItem
                label=text.view_as_why_open()
                icon="circle-question-mark"
                on_click=why
            />
            <MenuDivider />
            <MenuItem
                label=link_words
                icon="key-round"
                disabled_reason=no_link
                on_click=move || screen.asked.set(Some(Asked::link(&to_reset)))
            />
            {second_step}
            <MenuItem
                label=text.session_title()
                icon="monitor"
                disabled_reason=own
                on_click=move || screen.devices_of.set(Some(devices::Asked::new(&with_devices)))
            />
            <MenuItem
                label=text.user_sign_out_all()
                icon="log-out"
                disabled_reason=own
                on_click=sign_out
            />
            <MenuItem
                label=text.user_hand_over()
                icon="arrow-right"
                on_click=move || screen.handing.set(Some(hand_over::Asked::new(&leaving, false)))
            />
            {switch(screen, user, own)}
        </Menu>
    }
    .into_any()
}

/// Loads Rapport anew, as this user sees it.
fn look_as(screen: Screen, user: &User) {
    let (id, refused) = (user.id, screen.text.view_as_refused(&user.name));
    screen.call(
        move || view_as(id),
        move |answer| {
            match answer {
                Ok(()) => {
                    // The only failure there is: the address is none.
                    let _ = window().location().assign("/");
                }
                Err(AppError::Failure(Failure::Invalid(_))) => {
                    screen.toasts.error(refused.clone());
                }
                Err(error) => {
                    screen.toasts.error(refusal(screen.text, &error));
                }
            }
        },
    );
}

/// Off after a question, on at once.
fn switch(screen: Screen, user: User, own: &'static str) -> AnyView {
    let text = screen.text;
    if user.disabled {
        let on = move || {
            let (id, done) = (user.id, text.user_enabled_done(&user.name));
            screen.run(done, move || set_user_disabled(id, false));
        };
        view! { <MenuItem label=text.user_enable() icon="circle-check" on_click=on /> }.into_any()
    } else {
        view! {
            <MenuItem
                label=text.user_disable()
                icon="ban"
                danger=true
                disabled_reason=own
                on_click=move || screen.handing.set(Some(hand_over::Asked::new(&user, true)))
            />
        }
        .into_any()
    }
}
