//! What the palette offers besides records: things to do and pages to go to.

use super::question::Question;
use crate::{
    boot::{Boot, use_boot},
    i18n::{Text, use_text, words},
    ui::{PaletteGroup, PaletteItem},
};
use domain::{
    lang::Lang,
    policy::{Action, Object},
    text::fold,
};
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys};

/// Everything that is permitted, in the order it is shown.
pub(super) struct Known {
    actions: Vec<PaletteItem>,
    pages: Vec<PaletteItem>,
}

impl Known {
    /// What fits the question; everything for none. Questions for actions leave the pages out.
    pub(super) fn matching(&self, text: Text, question: &Question) -> Vec<PaletteGroup> {
        let Some(words) = question.own() else { return Vec::new() };
        let wanted = fold(words);
        let fitting = |items: &[PaletteItem]| -> Vec<PaletteItem> {
            items.iter().filter(|item| fold(&item.label).contains(&wanted)).cloned().collect()
        };
        let pages =
            if matches!(question, Question::Action(_)) { Vec::new() } else { fitting(&self.pages) };
        vec![
            PaletteGroup { title: text.palette_actions().into(), items: fitting(&self.actions) },
            PaletteGroup { title: text.palette_pages().into(), items: pages },
        ]
    }
}

/// What the person who is signed in may do.
pub(super) fn known() -> Known {
    let text = use_text();
    use_boot().with_value(|boot| Known { actions: actions(text, boot), pages: pages(text, boot) })
}

fn link(label: &str, icon: &'static str, href: &'static str, keys: &'static str) -> PaletteItem {
    PaletteItem {
        key: href.to_owned(),
        label: label.to_owned().into(),
        icon: icon.into(),
        href: href.into(),
        shortcut: keys.into(),
        ..PaletteItem::default()
    }
}

fn action(label: String, icon: &'static str, key: String) -> PaletteItem {
    PaletteItem { key, label: label.into(), icon: icon.into(), ..PaletteItem::default() }
}

fn actions(text: Text, boot: &Boot) -> Vec<PaletteItem> {
    let mut all = Vec::new();
    if boot.may(Action::Create, Object::Account) {
        all.push(link(text.nav_new_customer(), "building-2", "/customers/new", "n c"));
        all.push(link(
            text.customer_new_individual(),
            "user",
            "/customers/new?kind=individual",
            "",
        ));
    }
    if boot.may(Action::Create, Object::Person) {
        all.push(link(text.nav_new_person(), "contact", "/people/new", "n p"));
    }
    let themes = [
        ("auto", "monitor", text.choice_theme_auto()),
        ("light", "sun", text.choice_theme_light()),
        ("dark", "moon", text.choice_theme_dark()),
    ];
    for (value, icon, label) in themes {
        if value != boot.theme {
            let label = format!("{}: {label}", text.nav_theme());
            all.push(action(label, icon, format!("theme={value}")));
        }
    }
    for lang in [Lang::En, Lang::Zh] {
        if lang != boot.lang {
            let label = format!("{}: {}", text.nav_language(), words::language(lang));
            all.push(action(label, "languages", format!("lang={}", lang.tag())));
        }
    }
    all.push(PaletteItem {
        shortcut: "?".into(),
        ..action(text.nav_shortcuts().to_owned(), "keyboard", "shortcuts".to_owned())
    });
    all.push(action(text.nav_help().to_owned(), "circle-question-mark", "help".to_owned()));
    all
}

fn pages(text: Text, boot: &Boot) -> Vec<PaletteItem> {
    let mut all = vec![link(text.nav_home(), "house", "/", "g h")];
    if boot.may(Action::View, Object::Account) {
        all.push(link(text.nav_customers(), "building-2", "/customers", "g c"));
    }
    if boot.may(Action::View, Object::Person) {
        all.push(link(text.nav_people(), "contact", "/customers?tab=people", ""));
    }
    if boot.may(Action::View, Object::Opportunity) {
        all.push(link(text.nav_dashboard(), "chart-column", "/dashboard", ""));
        all.push(link(text.nav_pipeline(), "kanban", "/pipeline", "g p"));
        all.push(link(text.deal_title(), "layout-list", "/deals", ""));
        all.push(link(text.product_title(), "package", "/products", ""));
    }
    if boot.sees_orders() {
        all.push(link(text.order_title(), "shopping-cart", "/orders", ""));
    }
    if boot.may(Action::View, Object::Case) {
        all.push(link(text.case_title(), "inbox", "/feedback", "g f"));
    }
    if boot.may(Action::View, Object::Survey) {
        all.push(link(text.survey_title(), "list-checks", "/surveys", ""));
    }
    if boot.may(Action::Import, Object::Import) {
        all.push(link(text.nav_import(), "upload", "/import", "g i"));
    }
    if boot.clears_any() {
        all.push(link(text.nav_bin(), "trash-2", "/bin", "g b"));
    }
    all.push(link(text.nav_profile(), "circle-user", "/profile", ""));
    if boot.may(Action::View, Object::Structure) {
        all.push(link(text.nav_users(), "users", "/admin/users", "g a"));
        all.push(link(text.nav_shares(), "link", "/admin/shares", ""));
        all.push(link(text.nav_roles(), "shield", "/admin/roles", ""));
        all.push(link(text.structure_title(), "briefcase", "/admin/structure", ""));
    }
    if boot.may(Action::Administer, Object::Organisation) {
        all.push(link(text.nav_organisation(), "building-2", "/admin/organisation", ""));
        all.push(link(text.nav_sign_in(), "key-round", "/admin/sign-in", ""));
    }
    if boot.may(Action::View, Object::System) {
        all.push(link(text.nav_system(), "server", "/admin/status", ""));
    }
    if boot.may(Action::View, Object::Audit) {
        all.push(link(text.nav_audit(), "shield-check", "/admin/audit", ""));
    }
    all
}

/// Sends one setting the way the forms do: the server remembers it and sends the page anew.
pub(super) fn prefer(name: &str, value: &str, next: &str) {
    let document = document();
    let (Ok(form), Some(body)) = (document.create_element("form"), document.body()) else { return };
    let Ok(form) = form.dyn_into::<web_sys::HtmlFormElement>() else { return };
    form.set_method("post");
    form.set_action("/preferences");
    for (name, value) in [(name, value), ("next", next)] {
        let Ok(input) = document.create_element("input") else { return };
        let pairs = [("type", "hidden"), ("name", name), ("value", value)];
        if pairs.iter().any(|(key, value)| input.set_attribute(key, value).is_err())
            || form.append_child(&input).is_err()
        {
            return;
        }
    }
    if body.append_child(&form).is_ok() {
        // A form that cannot be sent leaves the page as it is.
        let _ = form.submit();
    }
}
