//! Shows a password once, to be told to the person it is for.

use super::{Screen, api::Credentials};
use crate::{
    customers::copy_text,
    ui::{Button, Dialog, Fact, FactList, Variant},
};
use leptos::prelude::*;

/// The dialog, while there is something to tell.
pub(super) fn dialog(screen: Screen) -> AnyView {
    (move || screen.told.get().map(|credentials| once(screen, credentials))).into_any()
}

fn once(screen: Screen, credentials: Credentials) -> AnyView {
    let text = screen.text;
    let open = RwSignal::new(true);
    let copied = RwSignal::new(false);
    let Credentials { name, email, password } = credentials;
    let password = StoredValue::new(password);
    let email = StoredValue::new(email);
    let copy = move |_| copied.set(password.with_value(|password| copy_text(password)));
    let footer = move || {
        view! {
            <Button icon="copy" on_click=copy>
                {move || if copied.get() { text.common_copied() } else { text.common_copy() }}
            </Button>
            <Button variant=Variant::Primary on_click=move |_| open.set(false)>
                {text.user_told()}
            </Button>
        }
    };
    view! {
        <Dialog
            id="first-password"
            open=open
            title=text.user_told_title(&name)
            footer=footer
            on_close=move || screen.told.set(None)
        >
            <p class="dialog-text">{text.user_told_body()}</p>
            <FactList>
                <Fact label=text.user_email()>{email.get_value()}</Fact>
                <Fact label=text.user_first_password()>
                    <code class="num" data-password="">
                        {password.get_value()}
                    </code>
                </Fact>
            </FactList>
            <p class="sub">{text.user_first_password_hint()}</p>
        </Dialog>
    }
    .into_any()
}
