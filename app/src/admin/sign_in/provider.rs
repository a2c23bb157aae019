//! The other system that may sign people in: its settings, and a test of them.

use super::{
    api::{save_provider, test_provider},
    trial,
};
use crate::{
    confirm::{self, Confirming},
    customers::copy_text,
    error::AppError,
    frame::save_trouble,
    i18n::{Text, use_text, words},
    ui::{
        Banner, Button, ButtonKind, Card, Checkbox, Fact, FactList, FormRow, InputKind, Need,
        Switch, TextField, Toasts, Tone, Variant, use_toasts,
    },
};
use domain::{
    failure::Failure,
    id::Version,
    provider::{ProviderFault, ProviderForm, StoredProvider},
};
use leptos::{ev::SubmitEvent, prelude::*};

/// What is typed, and what came of it.
#[derive(Clone, Copy)]
struct Form {
    text: Text,
    toasts: Toasts,
    confirming: Confirming,
    on: RwSignal<bool>,
    issuer: RwSignal<String>,
    client_id: RwSignal<String>,
    client_secret: RwSignal<String>,
    button_zh: RwSignal<String>,
    button_en: RwSignal<String>,
    checks_second_step: RwSignal<bool>,
    version: RwSignal<Version>,
    has_secret: RwSignal<bool>,
    saving: RwSignal<bool>,
    testing: RwSignal<bool>,
    trouble: RwSignal<Option<AppError>>,
    found: RwSignal<Option<Result<(), ProviderFault>>>,
}

impl Form {
    fn new(stored: StoredProvider) -> Self {
        let StoredProvider { provider, version, has_secret } = stored;
        Self {
            text: use_text(),
            toasts: use_toasts(),
            confirming: Confirming::here(),
            on: RwSignal::new(provider.on),
            issuer: RwSignal::new(provider.issuer),
            client_id: RwSignal::new(provider.client_id),
            client_secret: RwSignal::new(String::new()),
            button_zh: RwSignal::new(provider.button_zh),
            button_en: RwSignal::new(provider.button_en),
            checks_second_step: RwSignal::new(provider.checks_second_step),
            version: RwSignal::new(version),
            has_secret: RwSignal::new(has_secret),
            saving: RwSignal::new(false),
            testing: RwSignal::new(false),
            trouble: RwSignal::new(None),
            found: RwSignal::new(None),
        }
    }

    fn typed(self) -> ProviderForm {
        ProviderForm {
            on: self.on.get_untracked(),
            issuer: self.issuer.get_untracked(),
            client_id: self.client_id.get_untracked(),
            client_secret: self.client_secret.get_untracked(),
            button_zh: self.button_zh.get_untracked(),
            button_en: self.button_en.get_untracked(),
            checks_second_step: self.checks_second_step.get_untracked(),
        }
    }

    fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.trouble.with(|trouble| match trouble.as_ref()? {
                AppError::Failure(Failure::Invalid(errors)) => {
                    errors.about(field).map(|error| words::field_error(self.text, error))
                }
                _ => None,
            })
        })
    }

    /// Whether a call may begin; what was said of the last one goes.
    fn begin(self, busy: RwSignal<bool>) -> bool {
        if self.saving.get_untracked() || self.testing.get_untracked() {
            return false;
        }
        busy.set(true);
        self.trouble.set(None);
        self.found.set(None);
        true
    }

    fn save(self) {
        if !self.begin(self.saving) {
            return;
        }
        let (seen, form) = (self.version.get_untracked(), self.typed());
        let call = move || save_provider(seen, form.clone());
        self.confirming.call(call, move |answer| {
            self.saving.try_set(false);
            match answer {
                Ok(version) => {
                    self.version.try_set(version);
                    self.has_secret.try_set(true);
                    self.client_secret.try_set(String::new());
                    self.toasts.done(self.text.sign_in_provider_saved());
                }
                Err(error) => {
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }

    fn test(self) {
        if !self.begin(self.testing) {
            return;
        }
        let form = self.typed();
        let call = move || test_provider(form.clone());
        self.confirming.call(call, move |answer| {
            self.testing.try_set(false);
            match answer {
                Ok(found) => {
                    self.found.try_set(Some(found.map_or(Ok(()), Err)));
                }
                Err(error) => {
                    self.trouble.try_set(Some(error));
                }
            }
        });
    }

    /// What is wrong that is not about one field.
    fn refused(self) -> Option<AnyView> {
        let words = match self.trouble.get()? {
            AppError::Failure(Failure::Invalid(_)) => return None,
            AppError::Failure(Failure::Conflict(_)) => self.text.sign_in_conflict().to_owned(),
            error => save_trouble(self.text, &error),
        };
        Some(view! { <Banner tone=Tone::Bad>{words}</Banner> }.into_any())
    }
}

/// The card.
pub(super) fn card(stored: StoredProvider, back: String) -> AnyView {
    let form = Form::new(stored);
    let text = form.text;
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        form.save();
    };
    let found = move || form.found.get().map(|found| trial::banner(text, &found));
    view! {
        <Card title=text.sign_in_provider()>
            // Without scripts nobody could be asked who they are: it is not sent then.
            <form class="form" method="dialog" novalidate="" on:submit=send>
                <p class="sub">{text.sign_in_provider_body()}</p>
                {move || form.refused()}
                {told_there(text, back)}
                {asked_here(&form)}
                {buttons(&form)}
                <Checkbox
                    checked=form.checks_second_step
                    label=text.sign_in_checks_second_step()
                    hint=text.sign_in_checks_second_step_hint()
                />
                <Switch checked=form.on label=text.sign_in_on() hint=text.sign_in_on_hint() />
                {found}
                <div class="cluster">
                    <Button variant=Variant::Primary kind=ButtonKind::Submit loading=form.saving>
                        {text.common_save()}
                    </Button>
                    <Button loading=form.testing on_click=move |_| form.test()>
                        {text.sign_in_test()}
                    </Button>
                </div>
            </form>
        </Card>
        {confirm::dialog(form.confirming)}
    }
    .into_any()
}

/// What the other system has to be told.
fn told_there(text: Text, back: String) -> AnyView {
    let copied = RwSignal::new(false);
    let address = back.clone();
    let copy = move |_| copied.set(copy_text(&address));
    view! {
        <FactList>
            <Fact label=text.sign_in_back()>
                <div class="cluster">
                    <code class="link-once">{back}</code>
                    <Button icon="copy" on_click=copy>
                        {move || if copied.get() { text.common_copied() } else { text.common_copy() }}
                    </Button>
                </div>
            </Fact>
        </FactList>
    }
    .into_any()
}

/// What it tells.
fn asked_here(form: &Form) -> AnyView {
    let form = *form;
    let text = form.text;
    let kept = move || {
        let words = text.sign_in_secret_kept();
        form.has_secret.get().then(|| view! { <p class="sub">{words}</p> })
    };
    view! {
        <TextField
            value=form.issuer
            label=text.sign_in_issuer()
            hint=text.sign_in_issuer_hint()
            name="issuer"
            id="f-issuer"
            kind=InputKind::Url
            autocomplete="off"
            placeholder="https://login.example.com"
            maxlength=300
            need=Need::Required
            error=form.error("issuer")
        />
        <TextField
            value=form.client_id
            label=text.sign_in_client_id()
            name="client_id"
            id="f-client-id"
            autocomplete="off"
            maxlength=255
            need=Need::Required
            error=form.error("client_id")
        />
        <TextField
            value=form.client_secret
            label=text.sign_in_client_secret()
            name="client_secret"
            id="f-client-secret"
            kind=InputKind::Password
            autocomplete="off"
            maxlength=255
            error=form.error("client_secret")
        />
        {kept}
    }
    .into_any()
}

/// The words on the button.
fn buttons(form: &Form) -> AnyView {
    let form = *form;
    let text = form.text;
    view! {
        <FormRow>
            <TextField
                value=form.button_en
                label=text.sign_in_button_en()
                name="button_en"
                id="f-button-en"
                autocomplete="off"
                placeholder="Sign in with Acme"
                maxlength=40
                error=form.error("button_en")
            />
            <TextField
                value=form.button_zh
                label=text.sign_in_button_zh()
                name="button_zh"
                id="f-button-zh"
                autocomplete="off"
                placeholder="使用企业账号登录"
                maxlength=40
                error=form.error("button_zh")
            />
        </FormRow>
    }
    .into_any()
}
