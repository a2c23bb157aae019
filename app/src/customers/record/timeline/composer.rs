//! Writing a note. The form posts without scripts; with them the note appears in its place, and
//! what is half written survives the page.

use crate::{
    customers::{
        api::AddNote,
        form::operation::{fresh, operation},
        record::Record,
    },
    error::AppError,
    frame::save_trouble,
    i18n::words,
    ui::{Button, ButtonKind, Hotkey, Kbd, TextArea, Variant, use_hotkey},
};
use domain::failure::Failure;
use leptos::{form::ActionForm, prelude::*};

/// The form above the timeline.
pub(super) fn composer(record: Record) -> AnyView {
    let text = record.text;
    let body = RwSignal::new(String::new());
    let action = ServerAction::<AddNote>::new();
    let answer = action.value();
    // One name until the note is answered for: sent again after a lost answer, it is written once.
    let attempt = RwSignal::new(operation());
    let subject = record.subject();
    let key = format!("draft.{}", record.number());
    keep_draft(key, body);
    let error = Signal::derive(move || match answer.get()? {
        Ok(_) => None,
        Err(AppError::Failure(Failure::Invalid(errors))) => {
            errors.0.first().map(|(name, error)| words::form_error(text, name, error))
        }
        Err(error) => Some(save_trouble(text, &error)),
    });
    Effect::new(move || {
        use AppError::Failure as Refused;
        let Some(answer) = answer.get() else { return };
        if matches!(answer, Ok(_) | Err(Refused(Failure::Invalid(_)))) {
            attempt.set(fresh());
        }
        if answer.is_ok() {
            body.set(String::new());
            leptos::task::spawn_local(record.story.refresh());
        }
    });
    let send = move |body: String| {
        action.dispatch(AddNote {
            operation: attempt.get_untracked(),
            subject_kind: subject.code().to_owned(),
            subject_id: subject.id(),
            body,
        });
    };
    use_hotkey(Hotkey::new(
        "m",
        text.shortcut_note(),
        text.shortcut_record(),
        crate::customers::record::head::write_note,
    ));
    view! {
        <ActionForm action=action attr:class="composer">
            <input type="hidden" name="operation" value=move || attempt.get().to_string() />
            <input type="hidden" name="subject_kind" value=subject.code() />
            <input type="hidden" name="subject_id" value=subject.id().to_string() />
            <TextArea
                value=body
                label=text.note_new()
                name="body"
                rows=2
                placeholder=text.note_placeholder()
                hide_label=true
                error=error
                on_submit=send
            />
            <div class="composer-bar">
                <span class="sub not-phone">
                    <Kbd keys="mod+enter" />
                </span>
                <Button variant=Variant::Primary kind=ButtonKind::Submit loading=action.pending()>
                    {text.note_add()}
                </Button>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// Keeps what is half written in this browser tab, until it is sent.
fn keep_draft(key: String, body: RwSignal<String>) {
    let key = StoredValue::new(key);
    Effect::new(move |ran: Option<()>| {
        let typed = body.get();
        let Some(storage) = window().session_storage().ok().flatten() else { return };
        key.with_value(|key| {
            if ran.is_none() {
                if let (true, Ok(Some(kept))) = (typed.is_empty(), storage.get_item(key)) {
                    body.set(kept);
                }
            } else if typed.is_empty() {
                let _ = storage.remove_item(key);
            } else {
                // A full or forbidden store only means that nothing is kept.
                let _ = storage.set_item(key, &typed);
            }
        });
    });
}
