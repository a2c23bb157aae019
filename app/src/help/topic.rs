//! The articles of the manual, and which one belongs to which page.

use crate::i18n::Text;

macro_rules! topics {
    ($($(#[$doc:meta])* $variant:ident = $slug:literal, $title:ident, $icon:literal);* $(;)?) => {
        /// An article of the manual.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Topic { $($(#[$doc])* $variant),* }

        impl Topic {
            /// Every article, in the order of the contents.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Its name in addresses and its file in docs/manual.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$variant => $slug),* }
            }

            /// Its title.
            #[must_use]
            pub fn title(self, text: Text) -> &'static str {
                match self { $(Self::$variant => text.$title()),* }
            }

            /// Its icon in the contents.
            #[must_use]
            pub const fn icon(self) -> &'static str {
                match self { $(Self::$variant => $icon),* }
            }

            /// Its Markdown in English and Chinese.
            #[cfg(feature = "ssr")]
            pub(super) const fn source(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$variant => (
                        include_str!(concat!("../../../docs/manual/en/", $slug, ".md")),
                        include_str!(concat!("../../../docs/manual/zh-CN/", $slug, ".md")),
                    )),*
                }
            }
        }
    };
}

topics! {
    /// What Rapport is for.
    Overview = "overview", manual_overview, "book-open";
    /// First steps.
    FirstSteps = "first-steps", manual_first_steps, "flag";
    /// Home.
    Home = "home", manual_home, "house";
    /// Customer list.
    Customers = "customers", manual_customers, "building-2";
    /// Finding customers.
    Search = "search", manual_search, "search";
    /// A customer's page.
    Customer = "customer", manual_customer, "layout-list";
    /// A person's page.
    Person = "person", manual_person, "contact";
    /// Adding and editing customers.
    CustomerForm = "customer-form", manual_customer_form, "pencil";
    /// Deals, boards and products.
    Deals = "deals", manual_deals, "kanban";
    /// Figures and the records behind them.
    Dashboards = "dashboards", manual_dashboards, "chart-column";
    /// Orders.
    Orders = "orders", manual_orders, "shopping-cart";
    /// Complaints, questions and suggestions.
    Feedback = "feedback", manual_feedback, "inbox";
    /// Surveys, their public pages and scores.
    Surveys = "surveys", manual_surveys, "list-checks";
    /// Duplicates.
    Duplicates = "duplicates", manual_duplicates, "copy";
    /// Two people editing at once.
    Conflicts = "conflicts", manual_conflicts, "users";
    /// Notes and timeline.
    Timeline = "timeline", manual_timeline, "history";
    /// Calls, visits, meetings, tasks, one's own day and the bell.
    Activities = "activities", manual_activities, "square-check";
    /// Bin.
    Bin = "bin", manual_bin, "trash-2";
    /// Import.
    Import = "import", manual_import, "upload";
    /// Export.
    Export = "export", manual_export, "download";
    /// Profile and devices.
    Profile = "profile", manual_profile, "circle-user";
    /// Users.
    Users = "users", manual_users, "user-cog";
    /// Roles.
    Roles = "roles", manual_roles, "shield";
    /// Teams and departments.
    Structure = "structure", manual_structure, "briefcase";
    /// Organisation.
    Organisation = "organisation", manual_organisation, "settings";
    /// How people sign in.
    WaysIn = "ways-in", manual_ways_in, "key-round";
    /// System status.
    System = "system", manual_system, "server";
    /// Audit log.
    Audit = "audit", manual_audit, "shield-check";
    /// Signing in.
    SignIn = "sign-in", manual_sign_in, "log-in";
    /// First set-up.
    Setup = "setup", manual_setup, "sparkles";
    /// Keyboard shortcuts.
    Shortcuts = "shortcuts", manual_shortcuts, "keyboard";
}

impl Topic {
    /// The article of a name.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|topic| topic.slug() == slug)
    }

    /// The article for the page at `path`.
    #[must_use]
    pub fn of_path(path: &str) -> Self {
        let mut parts = path.trim_matches('/').split('/');
        match (parts.next().unwrap_or_default(), parts.next()) {
            ("", _) => Self::Home,
            ("customers" | "people", Some("new")) => Self::CustomerForm,
            ("customers" | "people", Some("merge")) => Self::Duplicates,
            ("customers", Some(_)) => Self::Customer,
            ("customers", None) => Self::Customers,
            ("people", _) => Self::Person,
            ("dashboard", _) => Self::Dashboards,
            ("activities", _) => Self::Activities,
            ("pipeline" | "deals" | "products", _) => Self::Deals,
            ("orders", _) => Self::Orders,
            ("feedback", _) => Self::Feedback,
            ("surveys", _) => Self::Surveys,
            ("import", _) => Self::Import,
            ("bin", _) => Self::Bin,
            ("profile", _) => Self::Profile,
            ("admin", Some("users")) => Self::Users,
            ("admin", Some("roles")) => Self::Roles,
            ("admin", Some("structure" | "shares")) => Self::Structure,
            ("admin", Some("pipelines")) => Self::Deals,
            ("admin", Some("service")) => Self::Feedback,
            ("admin", Some("organisation")) => Self::Organisation,
            ("admin", Some("sign-in")) => Self::WaysIn,
            ("admin", Some("audit")) => Self::Audit,
            ("admin", _) => Self::System,
            _ => Self::Overview,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_screen_has_its_article() {
        for (path, topic) in [
            ("/", Topic::Home),
            ("/customers", Topic::Customers),
            ("/customers/C-1", Topic::Customer),
            ("/customers/new", Topic::CustomerForm),
            ("/people/P-1", Topic::Person),
            ("/people/merge", Topic::Duplicates),
            ("/dashboard", Topic::Dashboards),
            ("/activities", Topic::Activities),
            ("/deals/D-1", Topic::Deals),
            ("/import/I-1", Topic::Import),
            ("/admin/status", Topic::System),
            ("/admin/audit", Topic::Audit),
            ("/nowhere", Topic::Overview),
        ] {
            assert_eq!(Topic::of_path(path), topic, "{path}");
        }
        for topic in Topic::ALL {
            assert_eq!(Topic::from_slug(topic.slug()), Some(*topic));
        }
    }
}
