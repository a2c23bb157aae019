//! Fields of plain forms: the markup of the kit's fields, without what needs a script.

use crate::{
    i18n::{Text, complaint::form_error},
    ui::Icon,
};
use domain::field::FormErrors;
use leptos::prelude::*;

/// A field of one line.
pub(super) struct Line<'a> {
    pub name: &'static str,
    pub label: &'static str,
    /// `text`, `email` or `password`.
    pub kind: &'static str,
    pub autocomplete: &'static str,
    pub value: &'a str,
    pub hint: &'static str,
    pub required: bool,
    pub autofocus: bool,
}

impl Line<'_> {
    pub fn view(&self, text: Text, errors: &FormErrors) -> AnyView {
        let id = format!("f-{}", self.name);
        let hint_id = format!("{id}-hint");
        let error = complaint(text, self.name, errors);
        let invalid = error.is_some().then_some("true");
        let literal = self.kind != "text";
        view! {
            <div class="field" data-invalid=invalid>
                <label class="field-label" for=id.clone()>{self.label}</label>
                <div class="control">
                    <input
                        class="input"
                        id=id
                        name=self.name
                        type=self.kind
                        value=(!self.value.is_empty()).then(|| self.value.to_owned())
                        autocomplete=self.autocomplete
                        autocapitalize=literal.then_some("none")
                        spellcheck=literal.then_some("false")
                        maxlength=if self.kind == "password" { "256" } else { "254" }
                        required=self.required
                        autofocus=self.autofocus
                        aria-invalid=invalid
                        aria-describedby=hint_id.clone()
                    />
                </div>
                {hint(hint_id, self.hint, error)}
            </div>
        }
        .into_any()
    }
}

/// A choice out of a list.
pub(super) struct Select<'a> {
    pub name: &'static str,
    pub label: &'static str,
    pub value: &'a str,
    pub hint: &'static str,
    /// What is sent, what is shown.
    pub options: Vec<(String, String)>,
}

impl Select<'_> {
    pub fn view(self, text: Text, errors: &FormErrors) -> AnyView {
        let id = format!("f-{}", self.name);
        let hint_id = format!("{id}-hint");
        let error = complaint(text, self.name, errors);
        let invalid = error.is_some().then_some("true");
        let value = self.value.to_owned();
        let options = self
            .options
            .into_iter()
            .map(|(sent, shown)| {
                let selected = sent == value;
                view! { <option value=sent selected=selected>{shown}</option> }
            })
            .collect_view();
        view! {
            <div class="field" data-invalid=invalid>
                <label class="field-label" for=id.clone()>{self.label}</label>
                <div class="select">
                    <select class="input" id=id name=self.name aria-invalid=invalid aria-describedby=hint_id.clone()>
                        {options}
                    </select>
                </div>
                {hint(hint_id, self.hint, error)}
            </div>
        }
        .into_any()
    }
}

fn complaint(text: Text, name: &str, errors: &FormErrors) -> Option<String> {
    errors.about(name).map(|error| form_error(text, name, error))
}

fn hint(id: String, hint: &'static str, error: Option<String>) -> AnyView {
    match error {
        Some(error) => view! {
            <p class="field-hint" id=id data-error="true">
                <Icon name="circle-alert" class="icon-sm" />
                <span>{error}</span>
            </p>
        }
        .into_any(),
        None => view! { <p class="field-hint" id=id>{hint}</p> }.into_any(),
    }
}
