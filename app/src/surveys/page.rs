//! The page of one survey: how far it is, its links, what its answers come to, and the answers themselves.

use super::{
    address,
    api::{SetSurveyStatus, SurveyScreen, delete_survey, open_survey, results_of_survey},
    links::links,
    responses::{comments, waiting_box},
    results::results,
};
use crate::{
    boot::{Boot, use_boot, use_now},
    carried::carried,
    customers::pages::{number, waiting},
    frame::{
        Changes, TakenOff, WindowTitle, focus_title, save_trouble, trouble_page, use_changes,
        use_live,
    },
    i18n::{Text, format, use_text, words},
    ui::{
        Button, ButtonKind, Icon, LinkButton, Page, StatusChip, Toasts, Tone, Variant, use_toasts,
    },
};
use domain::{
    id::SurveyId,
    policy::{Action, Object},
    survey::{Survey, SurveyStatus},
    time::Instant,
};
use leptos::{form::ActionForm, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// The page of a survey.
#[component]
pub fn SurveyDetail() -> impl IntoView {
    let number = number();
    let changes = use_changes();
    // Whoever took it off is on the way to the list: what is not there any more is not read again.
    let leaving = RwSignal::new(false);
    let heard = Memo::new(move |before: Option<&u64>| {
        let now = changes.count();
        if leaving.get_untracked() { before.copied().unwrap_or(now) } else { now }
    });
    let screen = carried(move || (number.get(), heard.get()), |(number, _)| open_survey(number));
    let retry = Callback::new(move |()| screen.refetch());
    view! {
        <Transition fallback=waiting>
            {move || Suspend::new(async move {
                match screen.await {
                    Ok(screen) => Desk::new(screen, leaving).view(),
                    Err(error) => trouble_page(&error, address::LIST, Some(retry)),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The open survey. Copy it into handlers freely.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub screen: StoredValue<SurveyScreen>,
    pub text: Text,
    pub boot: StoredValue<Boot>,
    pub toasts: Toasts,
    pub changes: Changes,
    pub may_edit: bool,
    pub may_send: bool,
    may_delete: bool,
    leaving: RwSignal<bool>,
}

/// How far a survey is, as a chip; one whose last day is over is closed, whatever it says.
pub(super) fn status_chip(text: Text, status: SurveyStatus, closes_at: Option<Instant>) -> AnyView {
    let over = is_over(status, closes_at);
    let status = if over { SurveyStatus::Closed } else { status };
    let (tone, icon) = match status {
        SurveyStatus::Draft => (Tone::Neutral, "pencil"),
        SurveyStatus::Open => (Tone::Ok, "circle-check"),
        SurveyStatus::Closed => (Tone::Neutral, "lock"),
    };
    view! { <StatusChip tone=tone icon=icon label=words::survey_status(text, status) /> }.into_any()
}

/// Whether the last day of an open survey is over.
fn is_over(status: SurveyStatus, closes_at: Option<Instant>) -> bool {
    let now = use_boot().with_value(|boot| use_now().get_untracked().max(boot.now));
    status == SurveyStatus::Open && closes_at.is_some_and(|end| end <= now)
}

impl Desk {
    fn new(screen: SurveyScreen, leaving: RwSignal<bool>) -> Self {
        let boot = use_boot();
        let may = |action| {
            boot.with_value(|boot| boot.viewed.is_none() && boot.may(action, Object::Survey))
        };
        Self {
            screen: StoredValue::new(screen),
            text: use_text(),
            boot,
            toasts: use_toasts(),
            changes: use_changes(),
            may_edit: may(Action::Edit),
            may_send: may(Action::Create),
            may_delete: may(Action::Delete),
            leaving,
        }
    }

    /// The survey.
    pub fn survey(self) -> Survey {
        self.screen.with_value(|screen| screen.survey.clone())
    }

    /// Whether its links take answers.
    pub fn is_open(self) -> bool {
        let survey = self.survey();
        survey.status == SurveyStatus::Open && !is_over(survey.status, survey.closes_at)
    }

    fn view(self) -> AnyView {
        focus_title();
        let text = self.text;
        let survey = self.survey();
        let title = survey.title.in_lang(text.lang()).to_owned();
        view! {
            <WindowTitle text=Signal::stored(title.clone()) />
            <Page title=title back=address::LIST actions=move || self.actions()>
                {self.marks(&survey)}
                {links(self)}
                {self.figures(survey.id)}
                {comments(self)}
                {self.made(&survey)}
            </Page>
        }
        .into_any()
    }

    /// What was answered; it follows answers, and leaves alone what is typed above.
    fn figures(self, survey: SurveyId) -> AnyView {
        let live = use_live(Object::Survey);
        let read =
            carried(move || (self.changes.count(), live.get()), move |_| results_of_survey(survey));
        let content = read.shown(move |come| {
            view! {
                {waiting_box(self, come.waiting)}
                {results(self, &come)}
            }
            .into_any()
        });
        view! { <Transition fallback=waiting>{content}</Transition> }.into_any()
    }

    /// What it is for, how far it is and until when.
    fn marks(self, survey: &Survey) -> AnyView {
        let text = self.text;
        let until = survey.closes_on.map(|day| {
            let day = format::date_long(text, day);
            if is_over(survey.status, survey.closes_at) {
                text.survey_over(&day)
            } else {
                text.survey_open_until(&day)
            }
        });
        view! {
            <p class="cluster">
                <span class="num sub">{survey.number.to_string()}</span>
                <span>{words::survey_kind(text, survey.kind)}</span>
                {status_chip(text, survey.status, survey.closes_at)}
                <span class="sub">{until}</span>
            </p>
        }
        .into_any()
    }

    fn actions(self) -> AnyView {
        let text = self.text;
        let survey = self.survey();
        let here = address::of(survey.number);
        let preview = format!("{here}/preview");
        let edit = self.may_edit.then(|| {
            view! {
                <LinkButton href=format!("{here}/edit") icon="pencil" class="phone-keep phone-icon">
                    {text.common_edit()}
                </LinkButton>
            }
        });
        let navigate = use_navigate();
        let gone = Callback::new(move |()| {
            self.leaving.try_set(true);
            navigate(address::LIST, NavigateOptions::default());
        });
        let delete = self.may_delete.then(|| {
            view! {
                <Button
                    icon="trash-2"
                    class="phone-keep phone-icon"
                    on_click=move |_| self.delete(gone)
                >
                    {text.survey_delete()}
                </Button>
            }
        });
        view! {
            // The page of the server itself, not a screen.
            <a class="btn btn-default phone-keep phone-icon" href=preview rel="external">
                <Icon name="eye" />
                <span class="btn-label">{text.survey_preview()}</span>
            </a>
            {edit}
            {delete}
        }
        .into_any()
    }

    /// Opens it, or closes it; works without scripts.
    pub fn switch(self, survey: &Survey) -> AnyView {
        let text = self.text;
        let (to, label, variant, done) = match survey.status {
            SurveyStatus::Draft => {
                (SurveyStatus::Open, text.survey_open(), Variant::Primary, text.survey_opened())
            }
            SurveyStatus::Open => {
                (SurveyStatus::Closed, text.survey_close(), Variant::Default, text.survey_closed())
            }
            SurveyStatus::Closed => {
                (SurveyStatus::Open, text.survey_reopen(), Variant::Default, text.survey_opened())
            }
        };
        let (id, seen) = (survey.id.to_string(), survey.version.0.to_string());
        let action = ServerAction::<SetSurveyStatus>::new();
        let (toasts, changes) = (self.toasts, self.changes);
        Effect::new(move |_| {
            match action.value().get() {
                Some(Ok(_)) => {
                    toasts.done(done.to_owned());
                }
                Some(Err(error)) => {
                    toasts.error(save_trouble(text, &error));
                }
                None => return,
            }
            changes.happened();
        });
        view! {
            <ActionForm action=action>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="seen" value=seen />
                <input type="hidden" name="status" value=to.code() />
                <Button variant=variant kind=ButtonKind::Submit loading=action.pending()>
                    {label}
                </Button>
            </ActionForm>
        }
        .into_any()
    }

    /// When and by whom it was made.
    fn made(self, survey: &Survey) -> AnyView {
        let text = self.text;
        let (by, at) = self.boot.with_value(|boot| {
            let by = boot.colleague(Some(survey.created_by));
            (by, format::date_time(text, survey.created_at, &boot.zone))
        });
        let by = if by.is_empty() { text.timeline_system().to_owned() } else { by };
        view! { <p class="muted">{text.survey_made(&at, &by)}</p> }.into_any()
    }

    /// Off the lists, with a way back.
    fn delete(self, gone: Callback<()>) {
        let (text, toasts, changes) = (self.text, self.toasts, self.changes);
        let survey = self.survey();
        let (id, number) = (survey.id, survey.number.to_string());
        let said = text.survey_deleted(&number);
        let off = TakenOff { text, toasts, changes, gone };
        off.run(number, said, move |deleted| delete_survey(id, deleted));
    }
}
