//! Where one is signed in, and signing out from afar.

use super::{
    api::{EndOtherSessions, EndSession, end_other_sessions, end_session},
    device::{device, device_line},
};
use crate::{
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text},
    ui::{Button, ButtonKind, Size, StatusChip, Toasts, Tone, Variant, use_toasts},
};
use domain::{id::SessionId, user::Session};
use leptos::{ev::SubmitEvent, prelude::*, server_fn::ServerFn, task::spawn_local};

/// What the rows share.
#[derive(Clone, Copy)]
struct Signed {
    text: Text,
    toasts: Toasts,
    /// The session that is being ended; nil stands for all others.
    busy: RwSignal<Option<SessionId>>,
    /// Reads the list again.
    again: Callback<()>,
}

impl Signed {
    /// Ends what `id` stands for and says so.
    fn end(self, id: SessionId, call: impl Future<Output = Result<String, AppError>> + 'static) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        self.busy.set(Some(id));
        spawn_local(async move {
            let answer = call.await;
            self.busy.try_set(None);
            match answer {
                Ok(done) => self.toasts.done(done),
                Err(error) => self.toasts.error(save_trouble(self.text, &error)),
            };
            self.again.try_run(());
        });
    }
}

/// The card; `again` reads it anew.
pub(super) fn card(sessions: Vec<Session>, again: Callback<()>) -> AnyView {
    let text = use_text();
    let signed = Signed { text, toasts: use_toasts(), busy: RwSignal::new(None), again };
    let others = sessions.iter().filter(|session| !session.is_this).count();
    let summary = match i64::try_from(others).unwrap_or(i64::MAX) {
        0 => text.session_only_this().to_owned(),
        count => text.session_elsewhere(count),
    };
    let rows = sessions.into_iter().map(|session| row(signed, session)).collect_view();
    view! {
        <section class="card card-flush">
            <div class="card-head">
                <div>
                    <h2 class="card-title">{text.session_title()}</h2>
                    <p class="sub">{summary}</p>
                </div>
                {(others > 0).then(|| end_others(signed))}
            </div>
            <ul class="entry-list">{rows}</ul>
        </section>
        {(others > 0).then(|| view! { <p class="sub">{text.session_hint()}</p> })}
    }
    .into_any()
}

fn end_others(signed: Signed) -> AnyView {
    let text = signed.text;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        signed.end(SessionId::NIL, async move {
            let ended = end_other_sessions().await?;
            Ok(text.session_others_signed_out(i64::try_from(ended).unwrap_or(i64::MAX)))
        });
    };
    view! {
        <form method="post" action=EndOtherSessions::PATH on:submit=send>
            <Button
                kind=ButtonKind::Submit
                size=Size::Sm
                icon="log-out"
                loading=Signal::derive(move || signed.busy.get() == Some(SessionId::NIL))
            >
                {text.session_sign_out_others()}
            </Button>
        </form>
    }
    .into_any()
}

fn row(signed: Signed, session: Session) -> AnyView {
    let text = signed.text;
    let end = if session.is_this {
        view! { <StatusChip tone=Tone::Ok icon="check" label=text.session_this() /> }.into_any()
    } else {
        end_one(signed, session.id, device(text, &session.user_agent))
    };
    let line = device_line(text, &session);
    view! {
        <li class="entry">
            {line}
            {end}
        </li>
    }
    .into_any()
}

fn end_one(signed: Signed, id: SessionId, name: String) -> AnyView {
    let text = signed.text;
    let label = text.session_sign_out_device(&name);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let done = text.session_signed_out(&name);
        signed.end(id, async move { end_session(id).await.map(|()| done) });
    };
    view! {
        <form method="post" action=EndSession::PATH on:submit=send>
            <input type="hidden" name="id" value=id.to_string() />
            <Button
                kind=ButtonKind::Submit
                variant=Variant::Quiet
                size=Size::Sm
                loading=Signal::derive(move || signed.busy.get() == Some(id))
            >
                <span aria-hidden="true">{text.session_sign_out()}</span>
                <span class="visually-hidden">{label}</span>
            </Button>
        </form>
    }
    .into_any()
}
