//! Where one can go: entries of sidebar, rail and bottom bar, by what the person may do.

use crate::{boot::Boot, i18n::Text, ui::NavItem};
use domain::policy::{Action, Object};
use leptos::prelude::*;

type Entry = (&'static str, &'static str, &'static str, &'static str);

/// Home and the lists there are to see.
fn list_entries(text: Text, boot: &Boot) -> Vec<Entry> {
    let mut all = vec![("home", text.nav_home(), "house", "/")];
    if boot.may(Action::View, Object::Account) {
        all.push(("customers", text.nav_customers(), "building-2", "/customers"));
    }
    if boot.may(Action::View, Object::Person) {
        all.push(("people", text.nav_people(), "contact", "/customers?tab=people"));
    }
    if boot.may(Action::View, Object::Opportunity) {
        all.push(("pipeline", text.nav_pipeline(), "kanban", "/pipeline"));
    }
    all
}

/// Entries of sidebar and rail: key, label, icon, address.
fn main_entries(text: Text, boot: &Boot) -> Vec<Entry> {
    let mut all = list_entries(text, boot);
    if boot.sees_orders() {
        all.push(("orders", text.order_title(), "shopping-cart", "/orders"));
    }
    if boot.may(Action::View, Object::Case) {
        all.push(("feedback", text.case_title(), "inbox", "/feedback"));
    }
    if boot.may(Action::View, Object::Opportunity) {
        all.push(("products", text.nav_products(), "package", "/products"));
    }
    if boot.may(Action::View, Object::Survey) {
        all.push(("surveys", text.survey_title(), "list-checks", "/surveys"));
    }
    let figures = [Object::Opportunity, Object::Account, Object::Activity];
    if figures.into_iter().any(|object| boot.may(Action::View, object)) {
        all.push(("dashboard", text.nav_dashboard(), "chart-column", "/dashboard"));
    }
    if boot.may(Action::Import, Object::Import) {
        all.push(("import", text.nav_import(), "upload", "/import"));
    }
    if boot.clears_any() {
        all.push(("bin", text.nav_bin(), "trash-2", "/bin"));
    }
    all
}

fn end_entries(text: Text, boot: &Boot) -> Vec<Entry> {
    let mut all = Vec::new();
    if boot.may(Action::Administer, Object::User) {
        all.push(("admin", text.nav_admin(), "settings", "/admin/users"));
    } else if boot.may(Action::View, Object::Audit) {
        all.push(("admin", text.nav_admin(), "settings", "/admin/audit"));
    }
    all.push(("profile", text.nav_profile(), "circle-user", "/profile"));
    all
}

fn items(entries: Vec<Entry>) -> Vec<NavItem> {
    entries
        .into_iter()
        .map(|(key, label, icon, href)| NavItem::new(key, label, icon, href))
        .collect()
}

/// The upper part of the sidebar.
pub(super) fn main(text: Text, boot: StoredValue<Boot>) -> Vec<NavItem> {
    items(boot.with_value(|boot| main_entries(text, boot)))
}

/// The lower part of the sidebar.
pub(super) fn end(text: Text, boot: StoredValue<Boot>) -> Vec<NavItem> {
    items(boot.with_value(|boot| end_entries(text, boot)))
}

/// What the bottom bar of phones has a place for: persons are a tab among customers.
fn on_bar(text: Text, boot: &Boot) -> Vec<Entry> {
    let mut all = list_entries(text, boot);
    if all.len() > 3 {
        all.retain(|(key, ..)| *key != "people");
    }
    all
}

/// The bottom bar of phones.
pub(super) fn phone(text: Text, boot: StoredValue<Boot>) -> Vec<NavItem> {
    let mut all = boot.with_value(|boot| on_bar(text, boot));
    all.push(("more", text.nav_more(), "ellipsis", "/more"));
    items(all)
}

/// What the bottom bar has no place for: label, icon, address.
pub(super) fn everything(
    text: Text,
    boot: StoredValue<Boot>,
) -> Vec<(&'static str, &'static str, &'static str)> {
    boot.with_value(|boot| {
        let on_bar = on_bar(text, boot);
        main_entries(text, boot)
            .into_iter()
            .chain(end_entries(text, boot))
            .filter(|(key, ..)| on_bar.iter().all(|(other, ..)| other != key))
            .map(|(_, label, icon, href)| (label, icon, href))
            .chain([(text.nav_help(), "circle-question-mark", "/help")])
            .collect()
    })
}

/// The entry a page belongs to.
pub(super) fn current(path: &str, tab: &str) -> &'static str {
    let first = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    match first {
        "" => "home",
        "customers" if tab == "people" => "people",
        "customers" => "customers",
        "people" => "people",
        "pipeline" | "deals" => "pipeline",
        "orders" => "orders",
        "feedback" => "feedback",
        "products" => "products",
        "surveys" => "surveys",
        // Where the list of what was done is opened from.
        "dashboard" | "activities" => "dashboard",
        "import" => "import",
        "bin" => "bin",
        "admin" => "admin",
        "profile" => "profile",
        "more" => "more",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_belongs_to_one_entry() {
        assert_eq!(current("/", ""), "home");
        assert_eq!(current("/customers/C-1", ""), "customers");
        assert_eq!(current("/customers", "people"), "people");
        assert_eq!(current("/people/P-1", ""), "people");
        assert_eq!(current("/deals/D-1", ""), "pipeline");
        assert_eq!(current("/orders/O-1", ""), "orders");
    }
}
