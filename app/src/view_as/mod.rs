//! Looking at Rapport as another user: the banner that says so on every page, and why that user sees a record or does
//! not.

pub mod api;
mod why;

pub(crate) use why::{Asking, dialog};

use crate::{
    boot::{Boot, Viewed},
    frame::here,
    i18n::{Text, words},
    ui::{Banner, Button, ButtonKind, Size, Tone},
};
use leptos::prelude::*;

/// The banner while an administrator looks as somebody else. Ending it is a plain form: it needs no script.
pub(crate) fn banner(text: Text, boot: StoredValue<Boot>, asking: Asking) -> Option<AnyView> {
    let told = boot.with_value(|boot| match &boot.viewed {
        Some(Viewed::User) => Some(text.view_as_banner(&boot.user_name)),
        Some(Viewed::Role(_, name)) => {
            Some(text.view_as_banner_role(&words::role_name(text, name)))
        }
        None => None,
    })?;
    let next = here();
    let actions = move || {
        view! {
            <Button size=Size::Sm on_click=move |_| asking.about_this(boot, &next.get_untracked())>
                {text.view_as_why()}
            </Button>
            <form method="post" action="/view-as/stop">
                <input type="hidden" name="next" value=move || next.get() />
                <Button kind=ButtonKind::Submit size=Size::Sm icon="x">
                    {text.view_as_stop()}
                </Button>
            </form>
        }
    };
    Some(
        view! {
            <Banner tone=Tone::Violet icon="eye" actions=actions>
                {told}
            </Banner>
            {dialog(text, asking)}
        }
        .into_any(),
    )
}
