//! What was typed into a form and what is wrong with it. Fields go by the names the domain gives
//! them, and it decides: when a field is left, while a wrong one is corrected, and before sending.

use super::press::Press;
use crate::{
    i18n::{use_text, words},
    ui::FieldProblem,
};
use domain::{field::FormErrors, policy::Object};
use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// The fields of one form.
#[derive(Clone, Copy)]
pub(crate) struct Fields {
    typed: StoredValue<BTreeMap<String, RwSignal<String>>>,
    first: StoredValue<BTreeMap<String, String>>,
    problems: RwSignal<FormErrors>,
    press: Press,
    check: Callback<(), FormErrors>,
    of: Object,
}

impl Fields {
    /// The fields of `F`, filled by `prefill`; `check` reads the whole form.
    pub(crate) fn new<F>(
        of: Object,
        prefill: impl Fn(&str) -> String,
        check: impl Fn(&F) -> FormErrors + Send + Sync + 'static,
    ) -> Self
    where
        F: Default + Serialize + DeserializeOwned + 'static,
    {
        let empty = serde_json::to_value(F::default()).unwrap_or_default();
        let names: Vec<String> =
            empty.as_object().map(|all| all.keys().cloned().collect()).unwrap_or_default();
        let first: BTreeMap<String, String> =
            names.into_iter().map(|name| (name.clone(), prefill(&name))).collect();
        let typed = StoredValue::new(
            first
                .iter()
                .map(|(name, value)| (name.clone(), RwSignal::new(value.clone())))
                .collect::<BTreeMap<_, _>>(),
        );
        let check = Callback::new(move |()| check(&read::<F>(typed)));
        let problems = RwSignal::new(FormErrors::default());
        let first = StoredValue::new(first);
        let fields = Self { typed, first, problems, press: Press::new(), check, of };
        fields.press.on_release(move |name| fields.look_again(name));
        fields
    }

    /// What is typed into a field.
    pub(crate) fn value(self, name: &str) -> RwSignal<String> {
        self.typed.with_value(|typed| typed.get(name).copied()).unwrap_or_default()
    }

    /// The form as it is typed now.
    pub(crate) fn typed<F: Default + DeserializeOwned>(self) -> F {
        read(self.typed)
    }

    /// What stands in a field, read so that a change runs the reader again.
    pub(crate) fn get(self, name: &str) -> String {
        self.value(name).get()
    }

    /// What is wrong with a field, in words.
    pub(crate) fn error(self, name: &'static str) -> Signal<Option<String>> {
        let text = use_text();
        Signal::derive(move || {
            self.problems
                .with(|all| all.about(name).map(|error| words::form_error(text, name, error)))
        })
    }

    /// The field was left. What is said about it moves the page, so that a button that is being
    /// pressed would slip away from under the pointer: then it is looked at after the click.
    pub(crate) fn left(self, name: &'static str) {
        if !self.press.holds_back(name) {
            self.look_again(name);
        }
    }

    /// The field was left, or changed while it was wrong: look at it again.
    pub(crate) fn look_again(self, name: &str) {
        let found = self.check.run(());
        let now = found.about(name).cloned();
        let known = self.problems.with_untracked(|all| all.about(name).cloned());
        if now != known {
            self.problems.update(|all| {
                all.0.retain(|(other, _)| other != name);
                all.0.extend(now.map(|error| (name.to_owned(), error)));
            });
        }
    }

    /// While a wrong field is corrected.
    pub(crate) fn corrected(self, name: &str) {
        if self.problems.with_untracked(|all| all.about(name).is_some()) {
            self.look_again(name);
        }
    }

    /// Looks at everything; `true` when it can be sent.
    pub(crate) fn all_well(self) -> bool {
        let found = self.check.run(());
        let well = found.0.is_empty();
        self.problems.set(found);
        well
    }

    /// Shows what the server found.
    pub(crate) fn refused(self, errors: FormErrors) {
        self.problems.set(errors);
    }

    /// The problems as a summary, in the order they were found; a single one needs none.
    pub(crate) fn summary(self) -> Signal<Vec<FieldProblem>> {
        let text = use_text();
        Signal::derive(move || {
            let FormErrors(all) = self.problems.get();
            if all.len() < 2 {
                return Vec::new();
            }
            all.iter()
                .map(|(name, error)| FieldProblem {
                    field: id(name),
                    message: words::named_error(text, self.of, name, error),
                })
                .collect()
        })
    }

    /// Puts the focus into the first field that is wrong.
    pub(crate) fn focus_first_problem(self) {
        let first = self.problems.with_untracked(|all| all.0.first().map(|(name, _)| id(name)));
        if let Some(first) = first {
            request_animation_frame(move || focus(&first));
        }
    }

    /// Whether one of these fields holds something or is wrong: then they are shown.
    pub(crate) fn any(self, names: &[&str]) -> bool {
        names.iter().any(|name| {
            !self.value(name).with_untracked(String::is_empty)
                || self.problems.with_untracked(|all| all.about(name).is_some())
        })
    }

    /// The fields that differ from what stood there at first, as a draft; empty when none does.
    pub(crate) fn draft(self) -> String {
        let changed: BTreeMap<String, String> = self.typed.with_value(|typed| {
            self.first.with_value(|first| {
                typed
                    .iter()
                    .map(|(name, value)| (name.clone(), value.get()))
                    .filter(|(name, value)| first.get(name) != Some(value))
                    .collect()
            })
        });
        if changed.is_empty() {
            return String::new();
        }
        serde_json::to_string(&changed).unwrap_or_default()
    }

    /// Puts a draft back, but for the fields named in `without`; `false` if nothing came of it.
    pub(crate) fn restore(self, draft: &str, without: &[&str]) -> bool {
        let kept: BTreeMap<String, String> = serde_json::from_str(draft).unwrap_or_default();
        let mut any = false;
        for (name, text) in kept.into_iter().filter(|(name, _)| !without.contains(&name.as_str())) {
            let field = self.typed.with_value(|typed| typed.get(&name).copied());
            if let Some(field) = field {
                field.set(text);
                any = true;
            }
        }
        any
    }

    /// How many fields differ from what stood there at first.
    pub(crate) fn changed(self) -> usize {
        self.typed.with_value(|typed| {
            self.first.with_value(|first| {
                typed
                    .iter()
                    .filter(|(name, value)| {
                        value.with(|value| Some(value) != first.get(name.as_str()))
                    })
                    .count()
            })
        })
    }

    /// Whose fields they are.
    pub(crate) const fn object(self) -> Object {
        self.of
    }
}

/// Id of the control of a field.
pub(super) fn id(name: &str) -> String {
    format!("f-{name}")
}

/// The form as it is typed now.
fn read<F: Default + DeserializeOwned>(
    typed: StoredValue<BTreeMap<String, RwSignal<String>>>,
) -> F {
    let values: serde_json::Map<String, serde_json::Value> = typed.with_value(|typed| {
        typed.iter().map(|(name, value)| (name.clone(), value.get_untracked().into())).collect()
    });
    serde_json::from_value(values.into()).unwrap_or_default()
}

fn focus(id: &str) {
    use leptos::{wasm_bindgen::JsCast, web_sys};
    let element = document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        // Inside a fold that is closed, nothing can take the focus.
        if let Ok(Some(fold)) = element.closest("details") {
            let _ = fold.set_attribute("open", "");
        }
        let _ = element.focus();
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use domain::account::AccountForm;

    fn fields() -> Fields {
        let prefill =
            |name: &str| if name == "kind" { "company".to_owned() } else { String::new() };
        Fields::new::<AccountForm>(Object::Account, prefill, |_| FormErrors::default())
    }

    #[test]
    fn a_draft_holds_what_was_typed_and_comes_back() {
        let owner = Owner::new();
        owner.with(|| {
            let before = fields();
            assert_eq!(before.draft(), "");
            before.value("name").set("张三 \"&\"".to_owned());
            before.value("phone").set("138".to_owned());
            let after = fields();
            assert!(after.restore(&before.draft(), &["phone"]));
            assert_eq!(after.value("name").get_untracked(), "张三 \"&\"");
            assert_eq!(after.value("phone").get_untracked(), "");
            assert_eq!(after.value("kind").get_untracked(), "company");
            // What an older version of the form kept is no reason to fail.
            assert!(!after.restore("{\"gone\":\"x\"}", &[]));
            assert!(!after.restore("no draft", &[]));
        });
        owner.unset_with_forced_cleanup();
    }
}
