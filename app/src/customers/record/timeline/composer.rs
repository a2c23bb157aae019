//! Writing a note. The form posts without scripts; with them the note appears in its place, and
//! what is half written survives the page.

use crate::{
    activities::{icon, log_form},
    customers::{api::AddNote, record::Record},
    error::AppError,
    form::{fresh, operation},
    frame::{Draft, save_trouble},
    i18n::words,
    ui::{Button, ButtonKind, Chip, Kbd, TextArea, Variant},
};
use domain::{activity::ActivityKind, failure::Failure};
use leptos::{form::ActionForm, prelude::*};

/// What is written above the timeline: a note, or an activity of the kind that is chosen.
pub(super) fn composer(record: Record) -> AnyView {
    let text = record.text;
    let story = record.story;
    let subject = record.subject();
    let kind = story.composing();
    let tab = move |of: Option<ActivityKind>, icon: &'static str, label: &'static str| {
        let is_on = Signal::derive(move || kind.get() == of);
        view! { <Chip label=label icon=icon selected=is_on on_click=move |_| kind.set(of) /> }
    };
    let kinds = ActivityKind::ALL
        .iter()
        .map(|one| tab(Some(*one), icon(*one), words::activity_kind(text, *one)))
        .collect_view();
    let saved = Callback::new(move |()| {
        kind.set(None);
        record.toasts.done(text.toast_activity_saved());
        leptos::task::spawn_local(story.refresh());
    });
    // What is half written stays while something else is put down.
    let is_note = move || kind.get().is_none();
    view! {
        <div class="composer-kinds cluster" role="group" aria-label=text.activity_compose()>
            {tab(None, "sticky-note", text.activity_note())}
            {kinds}
        </div>
        <div hidden=move || !is_note()>{note(record)}</div>
        {move || kind.get().map(|kind| log_form(kind, subject, saved))}
    }
    .into_any()
}

/// The form for a note.
fn note(record: Record) -> AnyView {
    let text = record.text;
    let body = RwSignal::new(String::new());
    let action = ServerAction::<AddNote>::new();
    let answer = action.value();
    // One name until the note is answered for: sent again after a lost answer, it is written once.
    let attempt = RwSignal::new(operation());
    let subject = record.subject();
    // What was sent last: what is typed while it is under way stays.
    let sent = StoredValue::new(String::new());
    Effect::new(move || {
        if let Some(note) = action.input().get() {
            sent.set_value(note.body);
        }
    });
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
            if same_text(&body.get_untracked(), &sent.get_value()) {
                body.set(String::new());
            }
            leptos::task::spawn_local(record.story.refresh());
        }
    });
    let pending = action.pending();
    let send = move |body: String| {
        if pending.get_untracked() {
            return;
        }
        action.dispatch(AddNote {
            operation: attempt.get_untracked(),
            subject_kind: subject.code().to_owned(),
            subject_id: subject.id(),
            body,
        });
    };
    let form = view! {
        <ActionForm action=action attr:class="composer">
            <input type="hidden" name="operation" value=move || attempt.get().to_string() />
            <input type="hidden" name="subject_kind" value=subject.code() />
            <input type="hidden" name="subject_id" value=subject.id().to_string() />
            <TextArea
                value=body
                label=text.note_new()
                name="body"
                id="note-body"
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
                <Button variant=Variant::Primary kind=ButtonKind::Submit loading=pending>
                    {text.note_add()}
                </Button>
            </div>
        </ActionForm>
    };
    Draft::new(&record.number()).follow(body.into(), move |kept| {
        // What was typed before the page was live is newer.
        if body.with_untracked(String::is_empty) {
            body.set(kept);
        }
    });
    form.into_any()
}

/// Whether two texts are one: forms send their line breaks as two characters.
fn same_text(a: &str, b: &str) -> bool {
    a.replace("\r\n", "\n") == b.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::same_text;

    #[test]
    fn what_was_typed_on_is_not_what_was_sent() {
        assert!(same_text("a\nb", "a\r\nb"));
        assert!(!same_text("a\nb, and c", "a\r\nb"));
    }
}
