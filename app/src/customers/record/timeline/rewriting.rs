//! The note that is being rewritten. It outlives what draws it: the timeline is read again after
//! each change, and a note that is pinned moves to the top.

use crate::{
    customers::{api::rewrite_note, record::Record},
    error::AppError,
    frame::{focus_if_lost, focus_on, save_trouble},
    i18n::words,
    ui::{Banner, Button, Size, TextArea, Tone, Variant},
};
use domain::{
    failure::Failure,
    id::{ActivityId, Version},
    note::Note,
};
use leptos::{prelude::*, task::spawn_local};

/// Id of the text box.
const FIELD: &str = "f-rewritten";

/// At most one note of a timeline is open at a time.
#[derive(Clone, Copy)]
pub(crate) struct Rewriting {
    /// Which note.
    id: RwSignal<Option<ActivityId>>,
    /// What is typed for it.
    body: RwSignal<String>,
    /// What stood there when it was opened.
    first: StoredValue<String>,
    /// The version `body` is based on.
    seen: StoredValue<Version>,
    problem: RwSignal<Option<String>>,
    /// What somebody else wrote meanwhile.
    theirs: RwSignal<Option<String>>,
    busy: RwSignal<bool>,
}

impl Rewriting {
    pub(super) fn new() -> Self {
        Self {
            id: RwSignal::new(None),
            body: RwSignal::new(String::new()),
            first: StoredValue::new(String::new()),
            seen: StoredValue::new(Version::default()),
            problem: RwSignal::new(None),
            theirs: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Whether this note is open, followed by whoever reads it.
    pub(super) fn is(self, id: ActivityId) -> bool {
        self.id.get() == Some(id)
    }

    /// Opens a note. One that is half rewritten is not thrown away for it: it gets the focus.
    pub(super) fn open(self, note: &Note) {
        let changed = self.first.with_value(|first| self.body.with_untracked(|now| now != first));
        let open = self.id.get_untracked();
        if open.is_some() && (open == Some(note.id) || changed) {
            focus_on(FIELD);
            return;
        }
        self.body.set(note.body.clone());
        self.first.set_value(note.body.clone());
        self.seen.set_value(note.version);
        self.problem.set(None);
        self.theirs.set(None);
        self.busy.set(false);
        self.id.set(Some(note.id));
    }

    /// Closes it. The button it was opened with gets the focus back.
    fn close(self) {
        if let Some(Some(id)) = self.id.try_get_untracked() {
            self.id.set(None);
            request_animation_frame(move || focus_if_lost(&menu_button(id)));
        }
    }

    fn save(self, record: Record) {
        let Some(id) = self.id.get_untracked() else { return };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let (seen, body) = (self.seen.get_value(), self.body.get_untracked());
        spawn_local(async move {
            let answer = rewrite_note(id, seen, body).await;
            self.busy.try_set(false);
            match answer {
                Ok(_) => {
                    record.story.refresh().await;
                    self.close();
                }
                Err(error) => self.refused(record, &error),
            }
        });
    }

    /// Somebody else rewrote it meanwhile: their text is shown, and saving again keeps one's own.
    fn refused(self, record: Record, error: &AppError) {
        let text = record.text;
        match error {
            AppError::Failure(Failure::Conflict(conflict)) => {
                self.seen.try_set_value(conflict.version);
                self.theirs.try_set(conflict.fields.first().map(|field| field.theirs.clone()));
            }
            AppError::Failure(Failure::Invalid(errors)) => {
                let first = errors.0.first();
                let first = first.map(|(name, error)| words::form_error(text, name, error));
                self.problem.try_set(first);
            }
            other => {
                self.problem.try_set(Some(save_trouble(text, other)));
            }
        }
    }
}

/// Id of the menu of a note.
pub(super) fn menu_id(id: ActivityId) -> String {
    format!("note-menu-{id}")
}

fn menu_button(id: ActivityId) -> String {
    format!("{}-button", menu_id(id))
}

/// The note as it is being rewritten. What was typed stays until it is saved or dropped.
pub(super) fn editor(record: Record) -> AnyView {
    let text = record.text;
    let rewriting = record.story.rewriting();
    // After the menu, which gives the focus back when it closes.
    Effect::new(move |_| request_animation_frame(|| focus_on(FIELD)));
    let other = move || {
        rewriting.theirs.get().map(|theirs| {
            view! { <Banner tone=Tone::Warn>{text.conflict_note(&theirs)}</Banner> }
        })
    };
    view! {
        <div class="stack">
            {other}
            <TextArea
                value=rewriting.body
                label=text.field_activity_body()
                name="rewritten"
                id=FIELD
                hide_label=true
                error=rewriting.problem
                on_input=move |_| rewriting.problem.set(None)
                on_submit=move |_| rewriting.save(record)
            />
            <div class="cluster">
                <Button
                    variant=Variant::Primary
                    size=Size::Sm
                    loading=rewriting.busy
                    on_click=move |_| rewriting.save(record)
                >
                    {text.note_save()}
                </Button>
                <Button size=Size::Sm on_click=move |_| rewriting.close()>
                    {text.common_cancel()}
                </Button>
            </div>
        </div>
    }
    .into_any()
}
