//! The thread of a case: what was said, oldest first, and below it the way to say more.

use super::{
    api::{WriteCaseMessage, older_case_messages},
    desk::Desk,
    replies::picker,
};
use crate::{
    error::AppError,
    form::{fresh, operation},
    frame::{Draft, focus_on, read_trouble, save_trouble},
    i18n::{format, words},
    ui::{
        Button, ButtonKind, Choice, Hotkey, Icon, Kbd, Segmented, Size, TextArea, Variant,
        use_hotkey,
    },
};
use domain::{
    case::{Message, MessageKind, ThreadPlace},
    failure::Failure,
};
use leptos::{form::ActionForm, prelude::*, task::spawn_local};

/// Id of the box that is written into.
const BODY: &str = "message-body";

/// The thread and its composer.
pub(super) fn view(desk: Desk) -> AnyView {
    let text = desk.text;
    let messages = move || {
        let thread = desk.thread.read();
        if thread.messages.is_empty() {
            return view! { <p class="muted">{text.case_thread_empty()}</p> }.into_any();
        }
        let all = thread.messages.iter().map(|one| message(desk, one)).collect_view();
        view! { <ol class="thread">{all}</ol> }.into_any()
    };
    let older = move || desk.thread.with(|thread| thread.older).map(|place| older(desk, place));
    view! {
        <section aria-label=text.case_thread()>{older} {messages}</section>
        {desk.may_edit.then(|| composer(desk))}
    }
    .into_any()
}

/// Reads what was said before.
fn older(desk: Desk, place: ThreadPlace) -> AnyView {
    let text = desk.text;
    let busy = RwSignal::new(false);
    let load = move |_| {
        let number = desk.case.with_untracked(|case| case.number);
        busy.set(true);
        spawn_local(async move {
            let answer = older_case_messages(number, place).await;
            busy.try_set(false);
            match answer {
                Ok(part) => {
                    desk.thread.try_update(|thread| {
                        thread.older = part.older;
                        thread.messages.splice(0..0, part.messages);
                    });
                }
                Err(error) => {
                    desk.toasts.error(read_trouble(text, &error));
                }
            }
        });
    };
    view! {
        <Button size=Size::Sm icon="history" loading=busy on_click=load>
            {text.case_thread_older()}
        </Button>
    }
    .into_any()
}

fn message(desk: Desk, one: &Message) -> AnyView {
    let text = desk.text;
    let (who, icon) = match one.kind {
        MessageKind::Customer => {
            let name = desk.case.with(|case| {
                let names = [&case.person_name, &case.account_name, &case.data.contact];
                names.into_iter().find(|name| !name.is_empty()).cloned()
            });
            (name.unwrap_or_else(|| text.case_customer().to_owned()), "message-circle")
        }
        MessageKind::Answer => (one.by_name.clone(), "send"),
        MessageKind::Note => (one.by_name.clone(), "sticky-note"),
    };
    let at = desk.boot.with_value(|boot| format::date_time(text, one.at, &boot.zone));
    let kind = words::message_kind(text, one.kind);
    view! {
        <li class="message" data-kind=one.kind.code()>
            <p class="message-head">
                <Icon name=icon class="icon-sm" />
                <strong>{who}</strong>
                <span class="sub">{kind}</span>
                <time class="sub num">{at}</time>
            </p>
            <p class="message-body">{one.body.clone()}</p>
        </li>
    }
    .into_any()
}

/// Answers, notes and what the customer said. The form posts without scripts.
fn composer(desk: Desk) -> AnyView {
    let text = desk.text;
    let body = RwSignal::new(String::new());
    let kind = RwSignal::new(MessageKind::Answer.code().to_owned());
    let action = ServerAction::<WriteCaseMessage>::new();
    let answer = action.value();
    // One name until the entry is answered for: sent again after a lost answer, it is written once.
    let attempt = RwSignal::new(operation());
    let (number, id) = desk.case.with_untracked(|case| (case.number, case.id));
    let error = Signal::derive(move || match answer.get()? {
        Ok(_) => None,
        Err(AppError::Failure(Failure::Invalid(errors))) => {
            errors.0.first().map(|(name, error)| words::form_error(text, name, error))
        }
        Err(error) => Some(save_trouble(text, &error)),
    });
    Effect::new(move || {
        let Some(answer) = answer.get() else { return };
        if matches!(answer, Ok(_) | Err(AppError::Failure(Failure::Invalid(_)))) {
            attempt.set(fresh());
        }
        if answer.is_ok() {
            body.set(String::new());
            spawn_local(desk.reload());
        }
    });
    let pending = action.pending();
    let send = move |body: String| {
        if !pending.get_untracked() {
            let (operation, kind) = (attempt.get_untracked(), kind.get_untracked());
            action.dispatch(WriteCaseMessage { operation, number, id, kind, body });
        }
    };
    shortcuts(desk, kind);
    Draft::new(&format!("case.{number}")).follow(body.into(), move |kept| {
        // What was typed before the page was live is newer.
        if body.with_untracked(String::is_empty) {
            body.set(kept);
        }
    });
    let hint = move || match kind.with(|kind| MessageKind::parse(kind)) {
        Ok(MessageKind::Note) => text.case_hint_note(),
        Ok(MessageKind::Customer) => text.case_hint_customer(),
        Ok(MessageKind::Answer) | Err(_) => text.case_hint_answer(),
    };
    view! {
        {picker(desk, body, kind, BODY)}
        <ActionForm action=action attr:class="composer case-composer">
            <input type="hidden" name="operation" value=move || attempt.get().to_string() />
            <input type="hidden" name="number" value=number.0.to_string() />
            <input type="hidden" name="id" value=id.to_string() />
            {kinds(desk, kind)}
            <TextArea
                value=body
                label=text.case_write()
                name="body"
                id=BODY
                rows=3
                hide_label=true
                error=error
                on_submit=send
            />
            <div class="composer-bar">
                <span class="sub">{hint}</span>
                <span class="sub not-phone">
                    <Kbd keys="mod+enter" />
                </span>
                <Button variant=Variant::Primary kind=ButtonKind::Submit loading=pending>
                    {text.case_send()}
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// To whom it is said, as radios: they work without scripts.
fn kinds(desk: Desk, kind: RwSignal<String>) -> AnyView {
    let text = desk.text;
    let options = [MessageKind::Answer, MessageKind::Note, MessageKind::Customer]
        .map(|one| Choice::new(one.code(), words::message_kind(text, one)));
    view! { <Segmented label=text.case_write() name="kind" value=kind options=options.into() /> }
        .into_any()
}

/// `r` answers, `i` notes, `v` says that it is solved.
fn shortcuts(desk: Desk, kind: RwSignal<String>) {
    let text = desk.text;
    let write = move |one: MessageKind| {
        kind.set(one.code().to_owned());
        focus_on(BODY);
    };
    let group = text.case_title();
    use_hotkey(Hotkey::new("r", text.case_key_answer(), group, move || write(MessageKind::Answer)));
    use_hotkey(Hotkey::new("i", text.case_key_note(), group, move || write(MessageKind::Note)));
    use_hotkey(Hotkey::new("v", text.case_key_resolve(), group, move || {
        desk.go_to(domain::case::CaseStatus::Resolved);
    }));
}
