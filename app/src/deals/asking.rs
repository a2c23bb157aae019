//! Asks for what a stage wants to know of a deal that enters it, and for the reason where it closes. Cancelling leaves
//! everything as it was.

use super::{api::move_opportunity, look};
use crate::{
    boot::use_boot,
    customers::choose::Lookup,
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{
        Button, ButtonKind, Choice, ComboOption, Combobox, DateField, Dialog, NumberField,
        SelectField, TextField, Toasts, Variant, use_toasts,
    },
};
use domain::{
    account::FieldEdit,
    failure::Failure,
    field::{FieldError, FormErrors},
    id::{OpportunityId, Version},
    money::Currency,
    opportunity::{CloseReason, OpportunityField, Place, StageMove},
    pipeline::{Stage, StageKind},
    policy::{Action, Object},
};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};

/// The move of a deal that somebody wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The deal.
    pub id: OpportunityId,
    /// The version that was looked at.
    pub seen: Version,
    /// What the deal is about.
    pub name: String,
    /// The currency of its money.
    pub currency: Currency,
    /// Where to.
    pub stage: Stage,
    /// Where in it.
    pub place: Place,
}

impl Wanted {
    /// What is sent when nothing is asked for.
    pub fn plain(&self) -> StageMove {
        StageMove { stage: self.stage.id, place: self.place, ..StageMove::default() }
    }
}

/// The fields that a refusal names and somebody can fill in; nothing when it is about something else.
pub(super) fn asked_for(error: &AppError) -> Option<Vec<OpportunityField>> {
    let AppError::Failure(Failure::Invalid(errors)) = error else { return None };
    let fields: Vec<OpportunityField> =
        errors.0.iter().filter_map(|(name, _)| OpportunityField::parse(name).ok()).collect();
    (fields.len() == errors.0.len()).then_some(fields)
}

/// A question on show.
#[derive(Clone)]
struct Question {
    wanted: Wanted,
    fields: Vec<OpportunityField>,
}

/// The dialog. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct Asking {
    text: Text,
    toasts: Toasts,
    question: RwSignal<Option<Question>>,
    /// The answer was taken: the dialog is on its way out.
    sent: StoredValue<bool>,
    /// The move was made: the deal has this version now.
    done: Callback<(Wanted, Version)>,
    /// It was not, and the deal stays where it was.
    left: Callback<Wanted>,
}

impl Asking {
    pub fn new(done: Callback<(Wanted, Version)>, left: Callback<Wanted>) -> Self {
        Self {
            text: use_text(),
            toasts: use_toasts(),
            question: RwSignal::new(None),
            sent: StoredValue::new(false),
            done,
            left,
        }
    }

    /// Asks for `fields`, and for the reason where the stage closes.
    pub fn ask(self, wanted: Wanted, fields: Vec<OpportunityField>) {
        self.sent.set_value(false);
        self.question.set(Some(Question { wanted, fields }));
    }

    /// Whether a question is on show.
    pub fn is_open(self) -> bool {
        !self.sent.get_value() && self.question.with_untracked(Option::is_some)
    }

    /// The question, while there is one.
    pub fn dialog(self) -> AnyView {
        (move || self.question.get().map(|question| Form::new(self, question).view())).into_any()
    }
}

/// What is typed into the question.
#[derive(Clone, Copy)]
struct Form {
    asking: Asking,
    wanted: StoredValue<Wanted>,
    fields: RwSignal<Vec<OpportunityField>>,
    typed: StoredValue<Vec<(OpportunityField, RwSignal<String>)>>,
    reason: RwSignal<String>,
    note: RwSignal<String>,
    errors: RwSignal<FormErrors>,
    busy: RwSignal<bool>,
    open: RwSignal<bool>,
}

impl Form {
    fn new(asking: Asking, question: Question) -> Self {
        let typed = OpportunityField::ALL.iter().map(|field| (*field, RwSignal::default()));
        Self {
            asking,
            wanted: StoredValue::new(question.wanted),
            fields: RwSignal::new(question.fields),
            typed: StoredValue::new(typed.collect()),
            reason: RwSignal::default(),
            note: RwSignal::default(),
            errors: RwSignal::new(FormErrors::default()),
            busy: RwSignal::new(false),
            open: RwSignal::new(true),
        }
    }

    fn value(self, field: OpportunityField) -> RwSignal<String> {
        let found = self.typed.with_value(|typed| {
            typed.iter().find(|(other, _)| *other == field).map(|(_, value)| *value)
        });
        found.unwrap_or_default()
    }

    fn error(self, name: &'static str) -> Signal<Option<String>> {
        let text = self.asking.text;
        Signal::derive(move || {
            self.errors
                .with(|errors| errors.about(name).map(|error| words::form_error(text, name, error)))
        })
    }

    fn view(self) -> AnyView {
        let text = self.asking.text;
        let (name, stage) = self
            .wanted
            .with_value(|wanted| (wanted.name.clone(), look::stage_name(text, &wanted.stage)));
        let kind = self.wanted.with_value(|wanted| wanted.stage.kind);
        let submit = move |event: SubmitEvent| {
            event.prevent_default();
            self.send();
        };
        let closed = move |()| {
            // While the answer is on its way nobody knows yet.
            if !self.asking.sent.get_value() && !self.busy.get_untracked() {
                self.leave();
            }
            self.asking.question.set(None);
        };
        let footer = move || {
            view! {
                <Button on_click=move |_| self.open.set(false)>{text.common_cancel()}</Button>
                <Button variant=Variant::Primary loading=self.busy on_click=move |_| self.send()>
                    {match kind {
                        StageKind::Open => text.deal_move(),
                        StageKind::Won => text.deal_win(),
                        StageKind::Lost => text.deal_lose(),
                    }}
                </Button>
            }
        };
        let inputs =
            move || self.fields.get().into_iter().map(|field| self.input(field)).collect_view();
        let lead = match kind {
            StageKind::Open => text.deal_missing(&stage),
            StageKind::Won | StageKind::Lost => text.deal_closing(&stage),
        };
        view! {
            <Dialog id="move-deal" open=self.open title=name footer=footer on_close=closed lazy=true>
                <form class="form" on:submit=submit>
                    <p class="muted">{lead.clone()}</p>
                    {inputs}
                    {(kind != StageKind::Open).then(|| self.closing(kind))}
                    // Enter in a field sends.
                    <span hidden>
                        <Button kind=ButtonKind::Submit>{text.common_save()}</Button>
                    </span>
                </form>
            </Dialog>
        }
        .into_any()
    }

    /// Why it closes.
    fn closing(self, kind: StageKind) -> AnyView {
        let text = self.asking.text;
        let reasons: Vec<Choice> = CloseReason::ALL
            .iter()
            .filter(|reason| reason.fits(kind))
            .map(|reason| Choice::new(reason.code(), words::close_reason(text, *reason)))
            .collect();
        view! {
            <SelectField
                value=self.reason
                options=reasons
                label=text.field_opportunity_close_reason()
                name="move-reason"
                placeholder=text.deal_reason_choose()
                error=self.error("reason")
            />
            <TextField
                value=self.note
                label=text.field_opportunity_close_note()
                name="move-note"
                error=self.error("note")
            />
        }
        .into_any()
    }

    fn input(self, field: OpportunityField) -> AnyView {
        let text = self.asking.text;
        let value = self.value(field);
        let name = field.code();
        let label = words::opportunity_field(text, field);
        let error = self.error(name);
        let sent_as = format!("move-{name}");
        match field {
            OpportunityField::Value => {
                let currency = self.wanted.with_value(|wanted| wanted.currency.code());
                view! { <NumberField value=value label=label name=sent_as suffix=currency error=error /> }
                    .into_any()
            }
            OpportunityField::ExpectedClose | OpportunityField::NextStepOn => view! {
                <DateField value=value label=label name=sent_as error=error placeholder=text.hint_date() />
            }
            .into_any(),
            OpportunityField::Account | OpportunityField::Person => {
                self.linked(field, label, sent_as)
            }
            OpportunityField::Owner => {
                let options = owners(text);
                view! { <SelectField value=value options=options label=label name=sent_as error=error /> }
                    .into_any()
            }
            OpportunityField::Name
            | OpportunityField::Currency
            | OpportunityField::NextStep
            | OpportunityField::Source => {
                view! { <TextField value=value label=label name=sent_as error=error /> }.into_any()
            }
        }
    }

    /// A customer or a person, found by a part of the name.
    fn linked(self, field: OpportunityField, label: &'static str, name: String) -> AnyView {
        let text = self.asking.text;
        let value = self.value(field);
        let chosen = RwSignal::new(Vec::<ComboOption>::new());
        let is_person = field == OpportunityField::Person;
        let lookup = if is_person { Lookup::people() } else { Lookup::companies() };
        let placeholder =
            if is_person { text.customer_people_search() } else { text.person_company_search() };
        let unmatched = move |unknown: bool| {
            self.errors.update(|errors| {
                errors.0.retain(|(name, _)| name != field.code());
                if unknown {
                    errors.0.push((field.code().to_owned(), FieldError::Unknown));
                }
            });
        };
        let taken = move |chosen: Vec<ComboOption>| {
            value.set(chosen.into_iter().next().map(|one| one.value).unwrap_or_default());
        };
        view! {
            <Combobox
                chosen=chosen
                options=lookup.options
                loading=lookup.loading
                label=label
                name=name
                placeholder=placeholder
                no_match=text.list_none_title()
                error=self.error(field.code())
                on_query=move |typed| lookup.ask(typed)
                on_unmatched=unmatched
                on_change=taken
            />
        }
        .into_any()
    }

    fn send(self) {
        if self.busy.get_untracked() {
            return;
        }
        let wanted = self.wanted.get_value();
        let edits = self.fields.with_untracked(|fields| {
            let edit = |field: &OpportunityField| FieldEdit {
                field: field.code().to_owned(),
                value: self.value(*field).get_untracked(),
            };
            fields.iter().map(edit).collect()
        });
        let moved = StageMove {
            edits,
            reason: self.reason.get_untracked(),
            note: self.note.get_untracked(),
            ..wanted.plain()
        };
        self.busy.set(true);
        spawn_local(async move {
            let answer = move_opportunity(wanted.id, wanted.seen, moved).await;
            self.busy.try_set(false);
            match answer {
                Ok(version) => {
                    self.asking.sent.try_set_value(true);
                    self.open.try_set(false);
                    self.asking.done.try_run((wanted, version));
                    return;
                }
                Err(AppError::Failure(Failure::Invalid(errors))) => self.complain(errors),
                Err(error) => {
                    self.asking.toasts.error(save_trouble(self.asking.text, &error));
                }
            }
            if self.open.try_get_untracked() != Some(true) {
                // It was left meanwhile.
                self.asking.left.try_run(wanted);
            }
        });
    }

    /// Without sending: the deal stays where it was.
    fn leave(self) {
        self.wanted.with_value(|wanted| self.asking.left.run(wanted.clone()));
    }

    /// Shows what is wrong, with fields that were not asked for so far.
    fn complain(self, errors: FormErrors) {
        let more: Vec<OpportunityField> =
            errors.0.iter().filter_map(|(name, _)| OpportunityField::parse(name).ok()).collect();
        self.fields.try_update(|fields| {
            for field in more {
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
        });
        self.errors.try_set(errors);
    }
}

/// Colleagues who can be in charge: all of them for who may put others in charge.
fn owners(text: Text) -> Vec<Choice> {
    use_boot().with_value(|boot| {
        let assigns = boot.may(Action::Assign, Object::Opportunity);
        let offered = boot.colleagues.iter().filter(|one| assigns || one.id == boot.user);
        let named = offered.map(|one| Choice::new(one.id.to_string(), one.name.clone()));
        std::iter::once(Choice::new("", text.customer_owner_none())).chain(named).collect()
    })
}
